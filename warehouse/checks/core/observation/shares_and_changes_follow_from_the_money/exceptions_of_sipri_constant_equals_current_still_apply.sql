-- id: exceptions_of_sipri_constant_equals_current_still_apply
-- severity: warn
-- question: structure
-- subject: register
-- reason: an exception that no longer explains anything is removed

SELECT * FROM relation.sipri_base_years WHERE exception_id IS NOT NULL AND NOT differs
