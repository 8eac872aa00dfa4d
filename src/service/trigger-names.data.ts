/**
 * Published names of one connector trigger. The built-in policies look up one fixed name per data type, while published
 * playbooks carry others for the same trigger; a look-up by any name of a group finds the workflow's own.
 * Source: the published playbooks and the three workflow-automation policies; design section 4.
 */
export const publishedTriggerNames: readonly (readonly string[])[] = [
  [
    'When_an_Azure_Security_Center_Alert_is_created_or_triggered',
    'When_an_Microsoft_Defender_for_Cloud_Alert_is_created_or_triggered',
    'When_a_Microsoft_Defender_for_Cloud_alert_is_created_or_triggered',
  ],
  [
    'When_an_Azure_Security_Center_Recommendation_is_created_or_triggered',
    'When_an_Microsoft_Defender_for_Cloud_Recommendation_is_created_or_triggered',
    'When_a_Microsoft_Defender_for_Cloud_recommendation_is_created_or_triggered',
  ],
  [
    'When_a_Security_Center_Regulatory_Compliance_Assessment_is_created_or_triggered',
    'When_a_Microsoft_Defender_for_Cloud_Regulatory_Compliance_Assessment_is_created_or_triggered',
    'When_a_Defender_for_Cloud_regulatory_compliance_assessment_is_created_or_runs',
  ],
];
