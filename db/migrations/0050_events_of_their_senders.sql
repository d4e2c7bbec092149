-- An event's id is its sender's to give: two organisations may use the same one, and neither takes it from the other.
alter table trace.epcis_event drop constraint epcis_event_county_event_id_declared_key;
alter table trace.epcis_event
  add constraint epcis_event_county_event_id_org_declared_key unique nulls not distinct (county, event_id, org, declared);

-- A value is looked for in one field, in some, or in any.
drop index trace.epcis_term_value;
create index epcis_term_value on trace.epcis_term (county, value, field, event);
