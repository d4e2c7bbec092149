-- benefit: figures of townships and counties beside those of villages, and rows that change without touching an index.
set local citus.multi_shard_modify_mode to 'sequential';

-- What one entry changes lies side by side when the key begins with the household. No index holds a sum, and a page has
-- room for the next version of its rows: then only the row is written (HOT) and no index. The tenth that received most is
-- sorted out of the rows of its heading when somebody asks.
alter table benefit.reach drop constraint reach_pkey;
alter table benefit.reach add primary key (county, household, year, income, dimension, key, village);
drop index benefit.reach_household;
drop index benefit.reach_most;
alter table benefit.reach set (fillfactor = 60);

-- Figures of a village, of its township and of the county are rows of their own: what is read for a county does not grow
-- with its villages. level is registry's (3 county, 4 township, 5 village), region its code of 6, 9 or 12 digits, which a
-- scope opens where it holds the whole of it.
alter table benefit.figure rename column village to region;
alter table benefit.figure add column level int not null default 5;
alter table benefit.figure alter column level drop default;
alter table benefit.figure drop constraint figure_pkey;
alter table benefit.figure add primary key (county, level, year, income, dimension, key, region, category);
alter table benefit.figure add check ((level, length(region)) in ((3, 6), (4, 9), (5, 12)));
alter table benefit.figure set (fillfactor = 60);
insert into benefit.figure (county, level, year, income, dimension, key, region, category, entries, fen, households,
  persons, months, month_households, steady)
select county, l.level, year, income, dimension, key, left(region, l.digits), category,
       sum(entries), sum(fen), sum(households), sum(persons),
       array[sum(months[1]), sum(months[2]), sum(months[3]), sum(months[4]), sum(months[5]), sum(months[6]),
             sum(months[7]), sum(months[8]), sum(months[9]), sum(months[10]), sum(months[11]), sum(months[12])]::bigint[],
       array[sum(month_households[1]), sum(month_households[2]), sum(month_households[3]), sum(month_households[4]),
             sum(month_households[5]), sum(month_households[6]), sum(month_households[7]), sum(month_households[8]),
             sum(month_households[9]), sum(month_households[10]), sum(month_households[11]), sum(month_households[12])]::int[],
       array[sum(steady[1]), sum(steady[2]), sum(steady[3]), sum(steady[4]), sum(steady[5]), sum(steady[6]),
             sum(steady[7]), sum(steady[8]), sum(steady[9]), sum(steady[10]), sum(steady[11]), sum(steady[12])]::int[]
  from benefit.figure cross join (values (3, 6), (4, 9)) l (level, digits)
 group by county, l.level, year, income, dimension, key, left(region, l.digits), category;
