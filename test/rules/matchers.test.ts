import { IndexedMatcher, NaiveMatcher } from '#rules';
import { matcherSuite } from '../suites/matcher.ts';

matcherSuite('the naive matcher', () => new NaiveMatcher());
matcherSuite('the indexed matcher', () => new IndexedMatcher());
