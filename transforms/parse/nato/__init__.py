"""NATO's workbook of defence expenditure: parser and layout fingerprint."""
