-- What the tables behind this page warn of.
SELECT table_id, caveats FROM meta."table"
WHERE caveats IS NOT NULL AND table_id IN (
    'mart.compliance', 'mart.compliance_count', 'mart.headline_audit', 'mart.revision', 'mart.first_estimate_error',
    'mart.path', 'mart.outlook', 'mart.aggregate', 'mart.benchmark', 'mart.definition_bridge')
ORDER BY table_id
