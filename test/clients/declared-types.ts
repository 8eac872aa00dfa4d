/**
 * What an npm package declares in its `.d.ts` files: its clients' operations and the shapes of what they answer.
 *
 * Owns: reading declarations, judging a value by one. Does not own: calling anything (`watched-client.ts`).
 *
 * Invariants
 * D1. A value is good when every member that its type declares without `?` is there and every member that is there has a
 *     type that is allowed. More members than declared are allowed, as in Azure.
 * D2. What the declarations leave open (`any`, unknown generics) is good whatever it is.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync, type TSType } from 'oxc-parser';

interface Member {
  readonly optional: boolean;
  readonly type: TSType | undefined;
}

interface Shape {
  readonly members: ReadonlyMap<string, Member>;
  /** The type of members that are not named, of `{ [name: string]: T }`. */
  readonly others?: TSType | undefined;
  readonly parents: readonly TSType[];
}

export interface DeclaredOperation {
  readonly group: string;
  readonly name: string;
  readonly returns: TSType | undefined;
}

const modules = join(import.meta.dirname, '../../node_modules');

export class DeclaredTypes {
  readonly #shapes = new Map<string, Shape>();
  readonly #aliases = new Map<string, TSType>();

  /** @param name of the package, `@azure/arm-logic` */
  constructor(name: string) {
    const folder = join(modules, name);
    const files = globSync(['types/*.d.ts', 'dist/esm/**/*.d.ts'], { cwd: folder });
    if (files.length === 0) throw new Error(`${name} declares nothing`);
    for (const file of files) this.#read(readFileSync(join(folder, file), 'utf8'));
  }

  /** Every operation of a client class: methods of its groups, and its own with an empty group. */
  operations(client: string): readonly DeclaredOperation[] {
    const members = this.#shapes.get(client)?.members;
    if (members === undefined) throw new Error(`no class ${client}`);
    const found: DeclaredOperation[] = [];
    for (const [group, { type }] of members) {
      if (type?.type === 'TSFunctionType') {
        if (!/^(?:constructor|get.*Client)$/.test(group))
          found.push({ group: '', name: group, returns: returnsOf(type) });
        continue;
      }
      const name = referenceName(type);
      const shape = name === undefined || name === 'Pipeline' ? undefined : this.#shapes.get(name);
      for (const [method, member] of shape?.members ?? []) {
        if (member.type?.type === 'TSFunctionType') {
          found.push({ group, name: method, returns: returnsOf(member.type) });
        }
      }
    }
    return found;
  }

  /** D1: what is wrong with a value, each with its path; empty when nothing is. */
  problems(value: unknown, type: TSType | undefined, path = 'answer', depth = 0): readonly string[] {
    if (type === undefined || depth > 40) return [];
    switch (type.type) {
      case 'TSStringKeyword':
        return expect(typeof value === 'string', path, 'a text', value);
      case 'TSNumberKeyword':
        return expect(typeof value === 'number' && !Number.isNaN(value), path, 'a number', value);
      case 'TSBooleanKeyword':
        return expect(typeof value === 'boolean', path, 'true or false', value);
      case 'TSArrayType':
        return this.#listProblems(value, type.elementType, path, depth);
      case 'TSUnionType':
        return this.#unionProblems(value, type.types, path, depth);
      case 'TSIntersectionType':
        return type.types.flatMap((part) => this.problems(value, part, path, depth + 1));
      case 'TSTypeLiteral':
        return this.#shapeProblems(value, shapeOf(type.members, []), path, depth);
      case 'TSLiteralType':
        return 'value' in type.literal
          ? expect(value === type.literal.value, path, String(type.literal.value), value)
          : [];
      case 'TSTypeReference':
        return this.#referenceProblems(value, type, path, depth);
      default:
        return [];
    }
  }

  #referenceProblems(value: unknown, type: TSType, path: string, depth: number): readonly string[] {
    const name = referenceName(type);
    const [first, second] = argumentsOf(type);
    if (name === undefined) return [];
    if (name === 'Date') {
      return expect(value instanceof Date && !Number.isNaN(value.getTime()), path, 'a time', value);
    }
    if (name === 'Array' || name === 'ReadonlyArray') return this.#listProblems(value, first, path, depth);
    if (name === 'Record') return this.#mapProblems(value, second, path, depth);
    const alias = this.#aliases.get(name);
    if (alias !== undefined) return this.problems(value, alias, path, depth + 1);
    const shape = this.#shapes.get(name);
    return shape === undefined ? [] : this.#shapeProblems(value, shape, path, depth);
  }

  #shapeProblems(value: unknown, shape: Shape, path: string, depth: number): readonly string[] {
    if (typeof value !== 'object' || value === null) return expect(false, path, 'an object', value);
    const problems = shape.parents.flatMap((parent) => this.problems(value, parent, path, depth + 1));
    for (const [name, member] of shape.members) {
      const found: unknown = (value as Record<string, unknown>)[name];
      if (found !== undefined && found !== null) {
        problems.push(...this.problems(found, member.type, `${path}.${name}`, depth + 1));
      } else if (!member.optional && !isOpen(member.type) && !(found === null && this.#mayBeNull(member.type))) {
        problems.push(`${path}.${name} is missing`);
      }
    }
    if (shape.others !== undefined && shape.members.size === 0) {
      problems.push(...this.#mapProblems(value, shape.others, path, depth));
    }
    return problems;
  }

  #mayBeNull(type: TSType | undefined): boolean {
    if (type?.type === 'TSUnionType') return type.types.some((part) => this.#mayBeNull(part));
    return type?.type === 'TSNullKeyword' || isOpen(type);
  }

  #mapProblems(value: unknown, type: TSType | undefined, path: string, depth: number): readonly string[] {
    if (typeof value !== 'object' || value === null) return expect(false, path, 'a map', value);
    return Object.entries(value).flatMap(([name, each]) =>
      each === null ? [] : this.problems(each, type, `${path}['${name}']`, depth + 1),
    );
  }

  #listProblems(value: unknown, type: TSType | undefined, path: string, depth: number): readonly string[] {
    if (!Array.isArray(value)) return expect(false, path, 'a list', value);
    return value.flatMap((each, index) => this.problems(each, type, `${path}[${index}]`, depth + 1));
  }

  #unionProblems(value: unknown, types: readonly TSType[], path: string, depth: number): readonly string[] {
    let fewest: readonly string[] | undefined;
    for (const each of types) {
      const problems = this.problems(value, each, path, depth + 1);
      if (problems.length === 0) return [];
      if (fewest === undefined || problems.length < fewest.length) fewest = problems;
    }
    return fewest ?? [];
  }

  #read(text: string): void {
    for (const statement of parseSync('declarations.d.ts', text).program.body) {
      const node = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
      if (node?.type === 'TSTypeAliasDeclaration') this.#aliases.set(node.id.name, node.typeAnnotation);
      if (node?.type === 'TSInterfaceDeclaration') {
        const parents = node.extends.map((each): TSType => {
          const typeName = each.expression;
          return { ...each, type: 'TSTypeReference', typeName } as unknown as TSType;
        });
        this.#shapes.set(node.id.name, shapeOf(node.body.body, parents));
      }
      if (node?.type === 'ClassDeclaration' && node.id !== null)
        this.#shapes.set(node.id.name, classShape(node.body.body));
    }
  }
}

type MemberNode = Parameters<typeof shapeOf>[0][number];

function shapeOf(nodes: Extract<TSType, { type: 'TSTypeLiteral' }>['members'], parents: readonly TSType[]): Shape {
  const members = new Map<string, Member>();
  let others: TSType | undefined;
  for (const node of nodes) {
    if (node.type === 'TSIndexSignature') others = node.typeAnnotation.typeAnnotation;
    const name = keyOf(node);
    if (name === undefined) continue;
    if (node.type === 'TSPropertySignature') {
      members.set(name, { optional: node.optional, type: node.typeAnnotation?.typeAnnotation });
    }
    if (node.type === 'TSMethodSignature') {
      members.set(name, { optional: node.optional, type: functionType(node.returnType) });
    }
  }
  return { members, others, parents };
}

function classShape(nodes: readonly unknown[]): Shape {
  const members = new Map<string, Member>();
  for (const node of nodes as readonly ClassNode[]) {
    const name = node.key?.name;
    if (name === undefined || node.accessibility === 'private') continue;
    if (node.type === 'PropertyDefinition') {
      members.set(name, { optional: false, type: node.typeAnnotation?.typeAnnotation });
    } else if (node.type === 'MethodDefinition') {
      members.set(name, { optional: false, type: functionType(node.value?.returnType) });
    }
  }
  return { members, parents: [] };
}

/** The part of class members that is read. */
interface ClassNode {
  readonly type: string;
  readonly key?: { readonly name?: string };
  readonly accessibility?: string | null;
  readonly typeAnnotation?: { readonly typeAnnotation: TSType };
  readonly value?: { readonly returnType?: unknown };
}

const functionType = (returnType: unknown): TSType => ({ type: 'TSFunctionType', returnType }) as unknown as TSType;

function keyOf(node: MemberNode): string | undefined {
  if (!('key' in node)) return undefined;
  if (node.key.type === 'Identifier') return node.key.name;
  return node.key.type === 'Literal' ? String(node.key.value) : undefined;
}

function returnsOf(type: TSType): TSType | undefined {
  return type.type === 'TSFunctionType' ? (type.returnType?.typeAnnotation ?? undefined) : undefined;
}

/** `Foo` of `Foo<T>` and of `a.b.Foo<T>`. */
export function referenceName(type: TSType | undefined): string | undefined {
  if (type?.type !== 'TSTypeReference') return undefined;
  const { typeName } = type;
  if (typeName.type === 'Identifier') return typeName.name;
  return typeName.type === 'TSQualifiedName' ? typeName.right.name : undefined;
}

export function argumentsOf(type: TSType | undefined): readonly TSType[] {
  return type?.type === 'TSTypeReference' ? (type.typeArguments?.params ?? []) : [];
}

/** D2; `any` also stands for a whole body, which the clients merge into their answer. */
const isOpen = (type: TSType | undefined): boolean =>
  type?.type === 'TSAnyKeyword' || type?.type === 'TSUnknownKeyword';

function expect(good: boolean, path: string, wanted: string, value: unknown): string[] {
  return good ? [] : [`${path} is not ${wanted}: ${JSON.stringify(value)?.slice(0, 80) ?? 'undefined'}`];
}
