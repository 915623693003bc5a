"""A consult into the forms that others read: json, text, docx."""
