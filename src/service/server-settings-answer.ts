/**
 * The settings as they are answered: values, where they come from, what changes them.
 *
 * Owns: the answer. Does not own: changing them (`server-settings.ts`).
 *
 * Invariants
 * SN1. No secret is in it: neither the admin token nor a private key, nor what a file of an option says.
 * Source: own API reference, "Server".
 */
import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { formatTime, type Json, type JsonObject } from '#foundation';
import { limitDefaults, readLimits } from './limits.ts';
import { changeableSettings, type ServerSettings } from './server-settings.ts';
import type { Services } from './services.ts';
import { optionEntries, type StartOptions } from './start-options.ts';

/** `{settings, limits, certificate?, about}`: see the own API reference. */
export function settingsAnswer(services: Services, settings: ServerSettings, version: string): JsonObject {
  const certificate = certificateAnswer(services, settings.facts.options);
  return {
    settings: [...changeable(services, settings), ...startOnly(settings)],
    limits: limitsAnswer(settings),
    ...(certificate === undefined ? {} : { certificate }),
    about: {
      version,
      node: process.version,
      platform: `${process.platform} ${process.arch}`,
      startedOn: formatTime(settings.facts.startedOn),
      tenantId: services.settings.tenantId,
      ...(services.settings.dataFolder === undefined ? {} : { dataFolder: services.settings.dataFolder }),
    },
  };
}

function changeable(services: Services, { facts, saved, retention }: ServerSettings): readonly JsonObject[] {
  const values: Readonly<Record<string, number | undefined>> = {
    retentionDays: retention.days,
    retentionBytes: retention.bytes,
    activityDays: services.settings.activityDays,
  };
  return Object.entries(changeableSettings).map(([name, { option, least, most }]) => {
    const isFixed = facts.given.has(option);
    return {
      name,
      ...entryOf(option),
      value: values[name] ?? null,
      source: isFixed ? 'option' : name in saved.settings ? 'saved' : 'default',
      change: isFixed ? 'restart' : 'now',
      minimum: least,
      maximum: most,
    };
  });
}

function entryOf(option: string): JsonObject {
  const entry = optionEntries.find(({ name }) => name === option);
  return {
    option: `--${option}`,
    ...(entry?.environment === undefined ? {} : { environment: entry.environment }),
    description: entry?.help ?? '',
  };
}

/** Options that only a restart changes, with what they say. */
function startOnly({ facts: { options, given } }: ServerSettings): readonly JsonObject[] {
  const values: Readonly<Record<string, Json>> = {
    port: options.port,
    'https-port': options.httpsPort,
    host: options.host,
    'public-url': options.publicUrl ?? null,
    sandbox: options.sandbox,
    'allow-outbound': [...options.allowOutbound],
    cloud: options.cloud,
    'otlp-endpoint': options.otlpEndpoint ?? null,
    'log-level': options.logLevel,
    'tls-cert': options.tls?.certFile ?? null,
    'issuer-keys': options.issuerKeys ?? null,
    'sign-in': options.signIn ?? null,
    limits: options.limits ?? null,
  };
  return Object.entries(values).map(([name, value]) => ({
    name,
    ...entryOf(name),
    value,
    source: given.has(name) ? 'option' : 'default',
    change: 'restart',
  }));
}

function limitsAnswer({ facts, saved }: ServerSettings): readonly JsonObject[] {
  return [...limitDefaults].map(([name, usual]): JsonObject => {
    const ofFile = facts.fileLimits[name];
    const own = saved.limits[name];
    return {
      name,
      value: ofFile ?? own ?? usual,
      default: usual,
      source: ofFile !== undefined ? 'option' : own !== undefined ? 'saved' : 'default',
      change: ofFile === undefined ? 'now' : 'restart',
    };
  });
}

/** What the server shows clients, and whom they are to trust for it. */
function certificateAnswer({ settings }: Services, { tls }: StartOptions): JsonObject | undefined {
  const folder = settings.dataFolder === undefined ? undefined : join(settings.dataFolder, 'tls');
  const file = tls?.certFile ?? (folder === undefined ? undefined : join(folder, 'server.pem'));
  if (file === undefined || !existsSync(file)) return undefined;
  const { subject, issuer, validFrom, validTo, fingerprint256, subjectAltName } = new X509Certificate(
    readFileSync(file),
  );
  const authority = folder === undefined ? undefined : join(folder, 'ca.pem');
  const hasAuthority = tls === undefined && authority !== undefined && existsSync(authority);
  return {
    isOwn: tls === undefined,
    file,
    subject: subject.replaceAll('\n', ', '),
    issuer: issuer.replaceAll('\n', ', '),
    names: (subjectAltName ?? '').split(', ').filter((name) => name !== ''),
    validFrom: formatTime(Date.parse(validFrom)),
    validTo: formatTime(Date.parse(validTo)),
    sha256: fingerprint256,
    ...(hasAuthority ? { authorityFile: authority, authority: readFileSync(authority, 'utf8') } : {}),
  };
}

/** The limits that a file names; an empty object without one. @throws Error in one sentence when it cannot be used. */
export function checkedLimits(given: Json): JsonObject {
  readLimits(given);
  return given as JsonObject;
}
