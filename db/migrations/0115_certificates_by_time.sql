-- Bought lots are told when a certificate closes them: looked for by when it was written, not among all lots.
create index certificate_at on trace.certificate (county, at);
