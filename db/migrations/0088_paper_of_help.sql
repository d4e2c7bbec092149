-- benefit: what was given to start up may be shown by a paper or a photo, kept beside the agreement's own papers.
set local citus.multi_shard_modify_mode to 'sequential';

alter table benefit.help
  add column paper uuid,
  add foreign key (county, paper) references benefit.agreement_paper (county, id);
