-- What a buyer was sold is asked for by the buyer: the aid tests and what may be paid out read a whole county's notes.
create index purchase_buyer on trace.purchase (county, buyer, day);

-- Whole villages that are a party; households of a village are found by themselves.
drop index benefit.agreement_party_village;
create index agreement_party_village on benefit.agreement_party (county, village) where household is null;
