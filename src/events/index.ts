/** Entry file of `#events`: security events as values, whatever detector they come from. */
export {
  type AlertAnswer,
  alertFromRest,
  type AlertState,
  alertStates,
  alertToRest,
  stateOfStatus,
  statusOfState,
} from './alert-rest.ts';
export {
  type AssessmentExpansion,
  assessmentFromPut,
  assessmentToRest,
  findingToRest,
  plainToRest,
  type PushedAssessment,
} from './assessment-rest.ts';
export { isChange, isDelete, parentAssessmentKeys } from './changes.ts';
export { checkEvent, depthLimit, isTooDeep } from './check.ts';
export { asDelete, asSnapshot } from './enrichment.ts';
export { detectFormat, readRecord, recordsIn, scansOf } from './formats/all.ts';
export { fromBinaryMode } from './formats/cloudevents.ts';
export {
  alertId,
  alertKey,
  type AlertPlace,
  alertResources,
  assessedResource,
  foreignAlertKey,
  idKey,
  parentAssessmentId,
  placeOfAlert,
} from './identity.ts';
export { type LogRow, logRowOf } from './log-rows.ts';
export { looseMember, looseText, scalarText, withMembers } from './members.ts';
export {
  type EnvelopeFormat,
  type EventDefaults,
  type EventKind,
  eventKinds,
  type FormatName,
  formatNames,
  homeRegion,
  type SecurityEvent,
} from './model.ts';
export { readNative } from './native.ts';
export { withPortalLinks } from './portal-links.ts';
export { isSnapshot, type Recognized, recognize } from './recognize.ts';
export { formatMoment, parseMoment } from './times.ts';
export { uuid5 } from './uuid5.ts';
