-- Made by tools/dump-schema.ts from db/migrations; never edited by hand.

create schema auth;

create table auth.account (
  id text not null,
  "accountId" text not null,
  "providerId" text not null,
  "userId" text not null,
  "accessToken" text,
  "refreshToken" text,
  "idToken" text,
  "accessTokenExpiresAt" timestamp with time zone,
  "refreshTokenExpiresAt" timestamp with time zone,
  scope text,
  password text,
  "createdAt" timestamp with time zone not null default CURRENT_TIMESTAMP,
  "updatedAt" timestamp with time zone not null,
  constraint account_pkey PRIMARY KEY (id),
  constraint "account_userId_fkey" FOREIGN KEY ("userId") REFERENCES auth."user"(id) ON DELETE CASCADE
);
CREATE INDEX "account_userId" ON auth.account USING btree ("userId");

create table auth.attempts (
  kind text not null,
  subject text not null,
  count integer not null,
  since timestamp with time zone not null,
  constraint attempts_pkey PRIMARY KEY (kind, subject),
  constraint attempts_count_check CHECK ((count > 0)),
  constraint attempts_kind_check CHECK ((kind = ANY (ARRAY['phone-code'::text, 'password'::text, 'totp'::text])))
);

create table auth.phone (
  person text not null,
  phone_sealed bytea not null,
  constraint phone_pkey PRIMARY KEY (person),
  constraint phone_person_fkey FOREIGN KEY (person) REFERENCES auth."user"(id) ON DELETE CASCADE
);

create table auth.session (
  id text not null,
  "expiresAt" timestamp with time zone not null,
  token text not null,
  "createdAt" timestamp with time zone not null default CURRENT_TIMESTAMP,
  "updatedAt" timestamp with time zone not null,
  "ipAddress" text,
  "userAgent" text,
  "userId" text not null,
  constraint session_pkey PRIMARY KEY (id),
  constraint session_token_key UNIQUE (token),
  constraint "session_userId_fkey" FOREIGN KEY ("userId") REFERENCES auth."user"(id) ON DELETE CASCADE
);
CREATE INDEX "session_userId" ON auth.session USING btree ("userId");

create table auth."twoFactor" (
  id text not null,
  secret text not null,
  "backupCodes" text not null,
  "userId" text not null,
  verified boolean,
  "failedVerificationCount" integer,
  "lockedUntil" timestamp with time zone,
  constraint "twoFactor_pkey" PRIMARY KEY (id),
  constraint "twoFactor_userId_fkey" FOREIGN KEY ("userId") REFERENCES auth."user"(id) ON DELETE CASCADE
);
CREATE INDEX "twoFactor_secret" ON auth."twoFactor" USING btree (secret);
CREATE INDEX "twoFactor_userId" ON auth."twoFactor" USING btree ("userId");

create table auth."user" (
  id text not null,
  name text not null,
  email text not null,
  "emailVerified" boolean not null,
  image text,
  "createdAt" timestamp with time zone not null default CURRENT_TIMESTAMP,
  "updatedAt" timestamp with time zone not null default CURRENT_TIMESTAMP,
  "phoneNumber" text,
  "phoneNumberVerified" boolean,
  username text,
  "displayUsername" text,
  "twoFactorEnabled" boolean,
  constraint user_pkey PRIMARY KEY (id),
  constraint user_email_key UNIQUE (email),
  constraint "user_phoneNumber_key" UNIQUE ("phoneNumber"),
  constraint user_username_key UNIQUE (username)
);

create table auth.verification (
  id text not null,
  identifier text not null,
  value text not null,
  "expiresAt" timestamp with time zone not null,
  "createdAt" timestamp with time zone not null default CURRENT_TIMESTAMP,
  "updatedAt" timestamp with time zone not null default CURRENT_TIMESTAMP,
  constraint verification_pkey PRIMARY KEY (id)
);
CREATE INDEX verification_identifier ON auth.verification USING btree (identifier);

create schema benefit;

create table benefit.agreed_line (
  county integer not null,
  line uuid not null,
  household uuid not null,
  village text not null,
  agreement uuid not null,
  version integer not null,
  grams bigint not null,
  fen bigint not null,
  at timestamp with time zone not null,
  constraint agreed_line_pkey PRIMARY KEY (county, line, household),
  constraint agreed_line_county_agreement_version_fkey FOREIGN KEY (county, agreement, version) REFERENCES benefit.agreement_version(county, agreement, version),
  constraint agreed_line_county_household_fkey FOREIGN KEY (county, household) REFERENCES registry.household(county, id),
  constraint agreed_line_county_line_fkey FOREIGN KEY (county, line) REFERENCES trade.order_line(county, id),
  constraint agreed_line_fen_check CHECK ((fen > 0)),
  constraint agreed_line_grams_check CHECK ((grams > 0)),
  constraint agreed_line_village_check CHECK ((village ~ '^\d{12}$'::text))
);
CREATE INDEX agreed_line_agreement ON benefit.agreed_line USING btree (county, agreement);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON benefit.agreed_line FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();
alter table benefit.agreed_line enable row level security;
alter table benefit.agreed_line force row level security;
create policy scope on benefit.agreed_line as permissive for all to public using (((current_setting('app.scope'::text, true) = 'all'::text) OR starts_with(village, NULLIF(current_setting('app.scope'::text, true), ''::text))));

create table benefit.agreement (
  county integer not null,
  id uuid not null,
  number text not null,
  kind text not null,
  org uuid not null,
  state text not null,
  latest integer not null,
  by_person text not null,
  at timestamp with time zone not null,
  over_at timestamp with time zone,
  constraint agreement_pkey PRIMARY KEY (county, id),
  constraint agreement_county_number_key UNIQUE (county, number),
  constraint agreement_county_org_fkey FOREIGN KEY (county, org) REFERENCES registry.organisation(county, id),
  constraint agreement_check CHECK (((over_at IS NULL) = (state <> ALL (ARRAY['ended'::text, 'expired'::text])))),
  constraint agreement_kind_check CHECK ((kind = ANY (ARRAY['shop'::text, 'industry'::text, 'startup'::text, 'employment'::text, 'shareholding'::text, 'crowdfunding'::text]))),
  constraint agreement_latest_check CHECK ((latest > 0)),
  constraint agreement_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'half_signed'::text, 'in_force'::text, 'disputed'::text, 'ended'::text, 'expired'::text])))
);
CREATE INDEX agreement_listed ON benefit.agreement USING btree (county, state, at);
CREATE INDEX agreement_org ON benefit.agreement USING btree (county, org, kind);

create table benefit.agreement_dispute (
  county integer not null,
  id uuid not null,
  agreement uuid not null,
  household uuid not null,
  village text not null,
  words text not null,
  state text not null,
  by_person text not null,
  at timestamp with time zone not null,
  due_at timestamp with time zone not null,
  closed_at timestamp with time zone,
  closed_by text,
  answer text,
  constraint agreement_dispute_pkey PRIMARY KEY (county, id),
  constraint agreement_dispute_county_agreement_fkey FOREIGN KEY (county, agreement) REFERENCES benefit.agreement(county, id),
  constraint agreement_dispute_county_household_fkey FOREIGN KEY (county, household) REFERENCES registry.household(county, id),
  constraint agreement_dispute_check CHECK (((state = 'open'::text) = (closed_at IS NULL))),
  constraint agreement_dispute_check1 CHECK (((closed_at IS NULL) = (closed_by IS NULL))),
  constraint agreement_dispute_check2 CHECK (((closed_at IS NULL) = (answer IS NULL))),
  constraint agreement_dispute_state_check CHECK ((state = ANY (ARRAY['open'::text, 'stands'::text, 'released'::text, 'withdrawn'::text]))),
  constraint agreement_dispute_village_check CHECK ((village ~ '^\d{12}$'::text))
);
CREATE UNIQUE INDEX agreement_dispute_open ON benefit.agreement_dispute USING btree (county, agreement, household) WHERE (state = 'open'::text);
alter table benefit.agreement_dispute enable row level security;
alter table benefit.agreement_dispute force row level security;
create policy scope on benefit.agreement_dispute as permissive for all to public using (((current_setting('app.scope'::text, true) = 'all'::text) OR starts_with(village, NULLIF(current_setting('app.scope'::text, true), ''::text))));

create table benefit.agreement_move (
  county integer not null,
  id uuid not null,
  agreement uuid not null,
  from_state text,
  to_state text not null,
  words text not null,
  by_person text not null,
  at timestamp with time zone not null,
  constraint agreement_move_pkey PRIMARY KEY (county, id),
  constraint agreement_move_county_agreement_fkey FOREIGN KEY (county, agreement) REFERENCES benefit.agreement(county, id)
);
CREATE INDEX agreement_move_of ON benefit.agreement_move USING btree (county, agreement, at);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON benefit.agreement_move FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table benefit.agreement_paper (
  county integer not null,
  id uuid not null,
  agreement uuid not null,
  sha256 text not null,
  by_person text not null,
  at timestamp with time zone not null,
  constraint agreement_paper_pkey PRIMARY KEY (county, id),
  constraint agreement_paper_county_agreement_fkey FOREIGN KEY (county, agreement) REFERENCES benefit.agreement(county, id)
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON benefit.agreement_paper FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table benefit.agreement_party (
  county integer not null,
  agreement uuid not null,
  id uuid not null,
  village text not null,
  household uuid,
  constraint agreement_party_pkey PRIMARY KEY (county, agreement, id),
  constraint agreement_party_county_agreement_fkey FOREIGN KEY (county, agreement) REFERENCES benefit.agreement(county, id),
  constraint agreement_party_county_household_fkey FOREIGN KEY (county, household) REFERENCES registry.household(county, id),
  constraint agreement_party_village_check CHECK ((village ~ '^\d{12}$'::text))
);
CREATE INDEX agreement_party_household ON benefit.agreement_party USING btree (county, household) WHERE (household IS NOT NULL);
CREATE INDEX agreement_party_village ON benefit.agreement_party USING btree (county, village) WHERE (household IS NULL);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON benefit.agreement_party FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();
alter table benefit.agreement_party enable row level security;
alter table benefit.agreement_party force row level security;
create policy scope on benefit.agreement_party as permissive for all to public using (((current_setting('app.scope'::text, true) = 'all'::text) OR starts_with(village, NULLIF(current_setting('app.scope'::text, true), ''::text))));

create table benefit.agreement_signature (
  county integer not null,
  agreement uuid not null,
  version integer not null,
  signer uuid not null,
  party uuid,
  village text,
  method text not null,
  paper uuid,
  by_person text not null,
  at timestamp with time zone not null,
  constraint agreement_signature_pkey PRIMARY KEY (county, agreement, version, signer),
  constraint agreement_signature_county_agreement_party_fkey FOREIGN KEY (county, agreement, party) REFERENCES benefit.agreement_party(county, agreement, id),
  constraint agreement_signature_county_agreement_version_fkey FOREIGN KEY (county, agreement, version) REFERENCES benefit.agreement_version(county, agreement, version),
  constraint agreement_signature_county_paper_fkey FOREIGN KEY (county, paper) REFERENCES benefit.agreement_paper(county, id),
  constraint agreement_signature_check CHECK (((party IS NULL) = (village IS NULL))),
  constraint agreement_signature_check1 CHECK (((party IS NULL) = (method = 'account'::text))),
  constraint agreement_signature_check2 CHECK (((method = 'paper'::text) = (paper IS NOT NULL))),
  constraint agreement_signature_method_check CHECK ((method = ANY (ARRAY['account'::text, 'code'::text, 'paper'::text]))),
  constraint agreement_signature_village_check CHECK ((village ~ '^\d{12}$'::text))
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON benefit.agreement_signature FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();
alter table benefit.agreement_signature enable row level security;
alter table benefit.agreement_signature force row level security;
create policy scope on benefit.agreement_signature as permissive for all to public using (((village IS NULL) OR (current_setting('app.scope'::text, true) = 'all'::text) OR starts_with(village, NULLIF(current_setting('app.scope'::text, true), ''::text))));

create table benefit.agreement_version (
  county integer not null,
  agreement uuid not null,
  version integer not null,
  terms jsonb not null,
  starts_on date not null,
  ends_on date not null,
  words text not null,
  by_person text not null,
  at timestamp with time zone not null,
  constraint agreement_version_pkey PRIMARY KEY (county, agreement, version),
  constraint agreement_version_county_agreement_fkey FOREIGN KEY (county, agreement) REFERENCES benefit.agreement(county, id),
  constraint agreement_version_check CHECK ((starts_on <= ends_on)),
  constraint agreement_version_version_check CHECK ((version > 0))
);
CREATE INDEX agreement_version_business ON benefit.agreement_version USING btree (county, ((terms ->> 'business'::text))) WHERE (terms ? 'business'::text);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON benefit.agreement_version FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table benefit.aid_appeal (
  county integer not null,
  id uuid not null,
  product uuid not null,
  org uuid not null,
  failed text[] not null,
  words text not null,
  state text not null,
  by_person text not null,
  at timestamp with time zone not null,
  due_at timestamp with time zone not null,
  answer text,
  excused_until date,
  decided_by text,
  decided_at timestamp with time zone,
  constraint aid_appeal_pkey PRIMARY KEY (county, id),
  constraint aid_appeal_county_product_fkey FOREIGN KEY (county, product) REFERENCES catalog.product(county, id),
  constraint aid_appeal_check CHECK (((state = 'open'::text) = (decided_at IS NULL))),
  constraint aid_appeal_check1 CHECK (((state = 'open'::text) = (decided_by IS NULL))),
  constraint aid_appeal_check2 CHECK (((state = 'open'::text) = (answer IS NULL))),
  constraint aid_appeal_check3 CHECK (((state = 'upheld'::text) = (excused_until IS NOT NULL))),
  constraint aid_appeal_state_check CHECK ((state = ANY (ARRAY['open'::text, 'upheld'::text, 'rejected'::text])))
);
CREATE UNIQUE INDEX aid_appeal_open ON benefit.aid_appeal USING btree (county, product) WHERE (state = 'open'::text);
CREATE INDEX aid_appeal_product ON benefit.aid_appeal USING btree (county, product, at);

create table benefit.aid_move (
  county integer not null,
  id uuid not null,
  product uuid not null,
  from_state text not null,
  to_state text not null,
  failed text[] not null,
  due_on date,
  test uuid,
  appeal uuid,
  by_person text not null,
  at timestamp with time zone not null,
  constraint aid_move_pkey PRIMARY KEY (county, id),
  constraint aid_move_county_appeal_fkey FOREIGN KEY (county, appeal) REFERENCES benefit.aid_appeal(county, id),
  constraint aid_move_county_product_fkey FOREIGN KEY (county, product) REFERENCES catalog.product(county, id),
  constraint aid_move_county_test_fkey FOREIGN KEY (county, test) REFERENCES benefit.aid_test(county, id)
);
CREATE INDEX aid_move_product ON benefit.aid_move USING btree (county, product, at);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON benefit.aid_move FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table benefit.aid_override (
  county integer not null,
  id uuid not null,
  product uuid not null,
  test uuid not null,
  failed text[] not null,
  reason text not null,
  by_person text not null,
  at timestamp with time zone not null,
  constraint aid_override_pkey PRIMARY KEY (county, id),
  constraint aid_override_county_test_key UNIQUE (county, test),
  constraint aid_override_county_product_fkey FOREIGN KEY (county, product) REFERENCES catalog.product(county, id),
  constraint aid_override_county_test_fkey FOREIGN KEY (county, test) REFERENCES benefit.aid_test(county, id),
  constraint aid_override_failed_check CHECK ((cardinality(failed) > 0))
);
CREATE INDEX aid_override_product ON benefit.aid_override USING btree (county, product, at);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON benefit.aid_override FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table benefit.aid_standing (
  county integer not null,
  product uuid not null,
  state text not null,
  failed text[] not null,
  due_on date,
  since timestamp with time zone not null,
  constraint aid_standing_pkey PRIMARY KEY (county, product),
  constraint aid_standing_county_product_fkey FOREIGN KEY (county, product) REFERENCES catalog.product(county, id),
  constraint aid_standing_check CHECK (((due_on IS NOT NULL) = (state = ANY (ARRAY['warned'::text, 'hidden'::text])))),
  constraint aid_standing_state_check CHECK ((state = ANY (ARRAY['clear'::text, 'warned'::text, 'hidden'::text, 'withdrawn'::text])))
);
CREATE INDEX aid_standing_state ON benefit.aid_standing USING btree (county, state) WHERE (state <> 'clear'::text);

create table benefit.aid_test (
  county integer not null,
  id uuid not null,
  product uuid not null,
  occasion text not null,
  day date not null,
  quality text not null,
  price text not null,
  benefit text not null,
  rests_on jsonb not null,
  at timestamp with time zone not null,
  constraint aid_test_pkey PRIMARY KEY (county, id),
  constraint aid_test_county_product_fkey FOREIGN KEY (county, product) REFERENCES catalog.product(county, id),
  constraint aid_test_benefit_check CHECK ((benefit = ANY (ARRAY['pass'::text, 'fail'::text, 'cannot_say'::text]))),
  constraint aid_test_occasion_check CHECK ((occasion = ANY (ARRAY['listed'::text, 'changed'::text, 'nightly'::text]))),
  constraint aid_test_price_check CHECK ((price = ANY (ARRAY['pass'::text, 'fail'::text, 'cannot_say'::text]))),
  constraint aid_test_quality_check CHECK ((quality = ANY (ARRAY['pass'::text, 'fail'::text, 'cannot_say'::text])))
);
CREATE INDEX aid_test_product ON benefit.aid_test USING btree (county, product, at);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON benefit.aid_test FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table benefit.deposit_rate (
  county integer not null,
  id uuid not null,
  day date not null,
  bp integer not null,
  source text not null,
  by_person text not null,
  at timestamp with time zone not null,
  constraint deposit_rate_pkey PRIMARY KEY (county, id),
  constraint deposit_rate_bp_check CHECK (((bp >= 1) AND (bp <= 2000)))
);
CREATE INDEX deposit_rate_day ON benefit.deposit_rate USING btree (county, day, at);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON benefit.deposit_rate FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table benefit.distribution (
  county integer not null,
  id uuid not null,
  number text not null,
  line uuid not null,
  village text not null,
  fen bigint not null,
  words text not null,
  state text not null,
  declared_by text not null,
  declared_at timestamp with time zone not null,
  approved_by text,
  approved_at timestamp with time zone,
  constraint distribution_pkey PRIMARY KEY (county, id),
  constraint distribution_county_number_key UNIQUE (county, number),
  constraint distribution_county_line_fkey FOREIGN KEY (county, line) REFERENCES benefit.dividend_line(county, id),
  constraint distribution_check CHECK (((approved_by IS NULL) = (approved_at IS NULL))),
  constraint distribution_check1 CHECK (((approved_by IS NOT NULL) = (state = ANY (ARRAY['approved'::text, 'paid'::text])))),
  constraint distribution_check2 CHECK ((approved_by <> declared_by)),
  constraint distribution_fen_check CHECK ((fen > 0)),
  constraint distribution_state_check CHECK ((state = ANY (ARRAY['declared'::text, 'approved'::text, 'paid'::text, 'withdrawn'::text]))),
  constraint distribution_village_check CHECK ((village ~ '^\d{12}$'::text))
);
CREATE INDEX distribution_approved ON benefit.distribution USING btree (county, id) WHERE (state = 'approved'::text);
CREATE INDEX distribution_of ON benefit.distribution USING btree (county, line);

create table benefit.distribution_line (
  county integer not null,
  id uuid not null,
  distribution uuid not null,
  household uuid not null,
  village text not null,
  fen bigint not null,
  constraint distribution_line_pkey PRIMARY KEY (county, id),
  constraint distribution_line_county_distribution_household_key UNIQUE (county, distribution, household),
  constraint distribution_line_county_distribution_fkey FOREIGN KEY (county, distribution) REFERENCES benefit.distribution(county, id),
  constraint distribution_line_county_household_fkey FOREIGN KEY (county, household) REFERENCES registry.household(county, id),
  constraint distribution_line_fen_check CHECK ((fen > 0)),
  constraint distribution_line_village_check CHECK ((village ~ '^\d{12}$'::text))
);
CREATE INDEX distribution_line_household ON benefit.distribution_line USING btree (county, household);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON benefit.distribution_line FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();
alter table benefit.distribution_line enable row level security;
alter table benefit.distribution_line force row level security;
create policy scope on benefit.distribution_line as permissive for all to public using (((current_setting('app.scope'::text, true) = 'all'::text) OR starts_with(village, NULLIF(current_setting('app.scope'::text, true), ''::text))));

create table benefit.dividend (
  county integer not null,
  id uuid not null,
  number text not null,
  org uuid not null,
  from_day date not null,
  to_day date not null,
  record_day date not null,
  common_fen bigint,
  preferred_fen bigint,
  profit_fen bigint not null,
  fen bigint not null,
  bank_bp integer not null,
  paid text not null,
  state text not null,
  declared_by text not null,
  declared_at timestamp with time zone not null,
  approved_by text,
  approved_at timestamp with time zone,
  constraint dividend_pkey PRIMARY KEY (county, id),
  constraint dividend_county_number_key UNIQUE (county, number),
  constraint dividend_county_org_fkey FOREIGN KEY (county, org) REFERENCES registry.organisation(county, id),
  constraint dividend_check CHECK ((from_day <= to_day)),
  constraint dividend_check1 CHECK (((common_fen IS NOT NULL) OR (preferred_fen IS NOT NULL))),
  constraint dividend_check2 CHECK ((fen <= profit_fen)),
  constraint dividend_check3 CHECK (((approved_by IS NULL) = (approved_at IS NULL))),
  constraint dividend_check4 CHECK (((approved_by IS NOT NULL) = (state = ANY (ARRAY['approved'::text, 'paid'::text])))),
  constraint dividend_check5 CHECK ((approved_by <> declared_by)),
  constraint dividend_common_fen_check CHECK ((common_fen > 0)),
  constraint dividend_paid_check CHECK ((paid = ANY (ARRAY['cash'::text, 'transfer'::text, 'later'::text]))),
  constraint dividend_preferred_fen_check CHECK ((preferred_fen > 0)),
  constraint dividend_profit_fen_check CHECK ((profit_fen > 0)),
  constraint dividend_state_check CHECK ((state = ANY (ARRAY['declared'::text, 'approved'::text, 'paid'::text, 'withdrawn'::text])))
);
CREATE INDEX dividend_approved ON benefit.dividend USING btree (county, id) WHERE (state = 'approved'::text);
CREATE INDEX dividend_listed ON benefit.dividend USING btree (county, org, declared_at);

create table benefit.dividend_alert (
  county integer not null,
  id uuid not null,
  dividend uuid not null,
  agreement uuid not null,
  kind text not null,
  paid_bp integer not null,
  least_bp integer not null,
  at timestamp with time zone not null,
  answer text,
  answered_by text,
  answered_at timestamp with time zone,
  constraint dividend_alert_pkey PRIMARY KEY (county, id),
  constraint dividend_alert_county_dividend_agreement_kind_key UNIQUE (county, dividend, agreement, kind),
  constraint dividend_alert_county_agreement_fkey FOREIGN KEY (county, agreement) REFERENCES benefit.agreement(county, id),
  constraint dividend_alert_county_dividend_fkey FOREIGN KEY (county, dividend) REFERENCES benefit.dividend(county, id),
  constraint dividend_alert_check CHECK (((answer IS NULL) = (answered_by IS NULL))),
  constraint dividend_alert_check1 CHECK (((answer IS NULL) = (answered_at IS NULL))),
  constraint dividend_alert_kind_check CHECK ((kind = ANY (ARRAY['below_bank'::text, 'below_floor'::text])))
);
CREATE INDEX dividend_alert_open ON benefit.dividend_alert USING btree (county, at) WHERE (answer IS NULL);

create table benefit.dividend_line (
  county integer not null,
  id uuid not null,
  dividend uuid not null,
  agreement uuid not null,
  version integer not null,
  household uuid,
  village text not null,
  class text not null,
  shares integer not null,
  stake_fen bigint not null,
  fen bigint not null,
  bank_fen bigint not null,
  floor_fen bigint not null,
  constraint dividend_line_pkey PRIMARY KEY (county, id),
  constraint dividend_line_county_dividend_agreement_village_household_key UNIQUE NULLS NOT DISTINCT (county, dividend, agreement, village, household),
  constraint dividend_line_county_agreement_version_fkey FOREIGN KEY (county, agreement, version) REFERENCES benefit.agreement_version(county, agreement, version),
  constraint dividend_line_county_dividend_fkey FOREIGN KEY (county, dividend) REFERENCES benefit.dividend(county, id),
  constraint dividend_line_county_household_fkey FOREIGN KEY (county, household) REFERENCES registry.household(county, id),
  constraint dividend_line_class_check CHECK ((class = ANY (ARRAY['common'::text, 'preferred'::text]))),
  constraint dividend_line_fen_check CHECK ((fen > 0)),
  constraint dividend_line_shares_check CHECK ((shares > 0)),
  constraint dividend_line_stake_fen_check CHECK ((stake_fen > 0)),
  constraint dividend_line_village_check CHECK ((village ~ '^\d{12}$'::text))
);
CREATE INDEX dividend_line_household ON benefit.dividend_line USING btree (county, household) WHERE (household IS NOT NULL);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON benefit.dividend_line FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();
alter table benefit.dividend_line enable row level security;
alter table benefit.dividend_line force row level security;
create policy scope on benefit.dividend_line as permissive for all to public using (((current_setting('app.scope'::text, true) = 'all'::text) OR starts_with(village, NULLIF(current_setting('app.scope'::text, true), ''::text))));

create table benefit.dividend_move (
  county integer not null,
  id uuid not null,
  dividend uuid not null,
  from_state text,
  to_state text not null,
  words text not null,
  by_person text not null,
  at timestamp with time zone not null,
  constraint dividend_move_pkey PRIMARY KEY (county, id),
  constraint dividend_move_county_dividend_fkey FOREIGN KEY (county, dividend) REFERENCES benefit.dividend(county, id)
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON benefit.dividend_move FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table benefit.double_claim (
  county integer not null,
  id uuid not null,
  how text not null,
  first_entry uuid not null,
  second_entry uuid not null,
  household uuid not null,
  village text not null,
  fen bigint not null,
  found_at timestamp with time zone not null,
  constraint double_claim_pkey PRIMARY KEY (county, id),
  constraint double_claim_county_first_entry_second_entry_key UNIQUE (county, first_entry, second_entry),
  constraint double_claim_county_first_entry_fkey FOREIGN KEY (county, first_entry) REFERENCES benefit.entry(county, id),
  constraint double_claim_county_household_fkey FOREIGN KEY (county, household) REFERENCES registry.household(county, id),
  constraint double_claim_county_second_entry_fkey FOREIGN KEY (county, second_entry) REFERENCES benefit.entry(county, id),
  constraint double_claim_check CHECK ((first_entry <> second_entry)),
  constraint double_claim_fen_check CHECK ((fen > 0)),
  constraint double_claim_how_check CHECK ((how = ANY (ARRAY['evidence'::text, 'likeness'::text, 'year'::text]))),
  constraint double_claim_village_check CHECK ((village ~ '^\d{12}$'::text))
);
CREATE INDEX double_claim_found ON benefit.double_claim USING btree (county, found_at);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON benefit.double_claim FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();
alter table benefit.double_claim enable row level security;
alter table benefit.double_claim force row level security;
create policy scope on benefit.double_claim as permissive for all to public using (((current_setting('app.scope'::text, true) = 'all'::text) OR starts_with(village, NULLIF(current_setting('app.scope'::text, true), ''::text))));

create table benefit.double_decision (
  county integer not null,
  id uuid not null,
  claim uuid not null,
  decision text not null,
  reason text not null,
  by_person text not null,
  at timestamp with time zone not null,
  constraint double_decision_pkey PRIMARY KEY (county, id),
  constraint double_decision_county_claim_fkey FOREIGN KEY (county, claim) REFERENCES benefit.double_claim(county, id),
  constraint double_decision_decision_check CHECK ((decision = ANY (ARRAY['same'::text, 'different'::text])))
);
CREATE INDEX double_decision_claim ON benefit.double_decision USING btree (county, claim, at);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON benefit.double_decision FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table benefit.entry (
  county integer not null,
  id uuid not null,
  household uuid not null,
  village text not null,
  mechanism text not null,
  fen bigint not null,
  evidence_kind text not null,
  evidence uuid not null,
  transfer uuid not null,
  month text not null,
  at timestamp with time zone not null,
  org uuid not null,
  crop text,
  agreement uuid,
  income text not null,
  constraint entry_pkey PRIMARY KEY (county, id),
  constraint entry_county_evidence_kind_evidence_household_key UNIQUE (county, evidence_kind, evidence, household),
  constraint entry_transfer UNIQUE (county, transfer),
  constraint entry_county_agreement_fkey FOREIGN KEY (county, agreement) REFERENCES benefit.agreement(county, id),
  constraint entry_county_org_fkey FOREIGN KEY (county, org) REFERENCES registry.organisation(county, id),
  constraint entry_evidence_kind_check CHECK ((evidence_kind = ANY (ARRAY['purchase'::text, 'order_line'::text, 'floor'::text, 'agreed_line'::text, 'sale'::text, 'wage'::text, 'dividend'::text, 'project'::text, 'help'::text, 'subsidy'::text]))),
  constraint entry_fen_check CHECK ((fen <> 0)),
  constraint entry_income_check CHECK ((income = ANY (ARRAY['market'::text, 'in_kind'::text, 'subsidy'::text]))),
  constraint entry_mechanism_check CHECK ((mechanism = ANY (ARRAY['shop'::text, 'industry'::text, 'startup'::text, 'employment'::text, 'shareholding'::text, 'crowdfunding'::text]))),
  constraint entry_mechanism_of_evidence CHECK ((mechanism =
CASE evidence_kind
    WHEN 'purchase'::text THEN 'industry'::text
    WHEN 'floor'::text THEN 'industry'::text
    WHEN 'order_line'::text THEN 'shop'::text
    WHEN 'agreed_line'::text THEN 'shop'::text
    WHEN 'sale'::text THEN 'startup'::text
    WHEN 'help'::text THEN 'startup'::text
    WHEN 'wage'::text THEN 'employment'::text
    WHEN 'dividend'::text THEN 'shareholding'::text
    WHEN 'project'::text THEN 'crowdfunding'::text
    ELSE mechanism
END)),
  constraint entry_month_check CHECK ((month ~ '^\d{4}-\d{2}$'::text)),
  constraint entry_village_check CHECK ((village ~ '^\d{12}$'::text))
);
CREATE INDEX entry_agreement ON benefit.entry USING btree (county, agreement, at) WHERE (agreement IS NOT NULL);
CREATE INDEX entry_at ON benefit.entry USING btree (county, at);
CREATE INDEX entry_household ON benefit.entry USING btree (county, household, at);
CREATE INDEX entry_month ON benefit.entry USING btree (county, month, mechanism, village);
CREATE INDEX entry_org ON benefit.entry USING btree (county, org, at);
CREATE INDEX entry_village ON benefit.entry USING btree (county, village, at);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON benefit.entry FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();
alter table benefit.entry enable row level security;
alter table benefit.entry force row level security;
create policy scope on benefit.entry as permissive for all to public using (((current_setting('app.scope'::text, true) = 'all'::text) OR starts_with(village, NULLIF(current_setting('app.scope'::text, true), ''::text))));

create table benefit.figure (
  county integer not null,
  year integer not null,
  income text not null,
  dimension text not null,
  key text not null,
  region text not null,
  category text not null,
  entries integer not null,
  fen bigint not null,
  households integer not null,
  persons integer not null,
  months bigint[] not null,
  month_households integer[] not null,
  steady integer[] not null,
  level integer not null,
  constraint figure_pkey PRIMARY KEY (county, level, year, income, dimension, key, region, category),
  constraint figure_check CHECK (((((level = 3) AND (length(region) = 6)) OR ((level = 4) AND (length(region) = 9))) OR ((level = 5) AND (length(region) = 12)))),
  constraint figure_month_households_check CHECK ((cardinality(month_households) = 12)),
  constraint figure_months_check CHECK ((cardinality(months) = 12)),
  constraint figure_steady_check CHECK ((cardinality(steady) = 12))
);
alter table benefit.figure enable row level security;
alter table benefit.figure force row level security;
create policy scope on benefit.figure as permissive for all to public using (((current_setting('app.scope'::text, true) = 'all'::text) OR starts_with(region, NULLIF(current_setting('app.scope'::text, true), ''::text))));

create table benefit.figures_head (
  id integer not null,
  size bigint not null,
  constraint figures_head_pkey PRIMARY KEY (id),
  constraint figures_head_id_check CHECK ((id = 1)),
  constraint figures_head_size_check CHECK ((size >= 0))
);

create table benefit.floor_cover (
  county integer not null,
  purchase uuid not null,
  agreement uuid not null,
  version integer not null,
  household uuid not null,
  village text not null,
  grams bigint not null,
  fen bigint not null,
  bearer text not null,
  reverses uuid,
  at timestamp with time zone not null,
  constraint floor_cover_pkey PRIMARY KEY (county, purchase),
  constraint floor_cover_county_reverses_key UNIQUE (county, reverses),
  constraint floor_cover_county_agreement_version_fkey FOREIGN KEY (county, agreement, version) REFERENCES benefit.agreement_version(county, agreement, version),
  constraint floor_cover_county_household_fkey FOREIGN KEY (county, household) REFERENCES registry.household(county, id),
  constraint floor_cover_county_purchase_fkey FOREIGN KEY (county, purchase) REFERENCES trace.purchase(county, id),
  constraint floor_cover_county_reverses_fkey FOREIGN KEY (county, reverses) REFERENCES benefit.floor_cover(county, purchase),
  constraint floor_cover_bearer_check CHECK ((bearer = ANY (ARRAY['firm'::text, 'insurance'::text, 'fund'::text]))),
  constraint floor_cover_check CHECK (((reverses IS NULL) = (grams > 0))),
  constraint floor_cover_check1 CHECK (((fen = 0) OR ((fen > 0) = (grams > 0)))),
  constraint floor_cover_grams_check CHECK ((grams <> 0)),
  constraint floor_cover_village_check CHECK ((village ~ '^\d{12}$'::text))
);
CREATE INDEX floor_cover_quantity ON benefit.floor_cover USING btree (county, agreement, household);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON benefit.floor_cover FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();
alter table benefit.floor_cover enable row level security;
alter table benefit.floor_cover force row level security;
create policy scope on benefit.floor_cover as permissive for all to public using (((current_setting('app.scope'::text, true) = 'all'::text) OR starts_with(village, NULLIF(current_setting('app.scope'::text, true), ''::text))));

create table benefit.help (
  county integer not null,
  id uuid not null,
  number text not null,
  agreement uuid not null,
  version integer not null,
  household uuid not null,
  village text not null,
  help text not null,
  worth_fen bigint not null,
  day date not null,
  words text not null,
  reverses uuid,
  by_person text not null,
  at timestamp with time zone not null,
  paper uuid,
  constraint help_pkey PRIMARY KEY (county, id),
  constraint help_county_number_key UNIQUE (county, number),
  constraint help_county_reverses_key UNIQUE (county, reverses),
  constraint help_county_agreement_version_fkey FOREIGN KEY (county, agreement, version) REFERENCES benefit.agreement_version(county, agreement, version),
  constraint help_county_household_fkey FOREIGN KEY (county, household) REFERENCES registry.household(county, id),
  constraint help_county_paper_fkey FOREIGN KEY (county, paper) REFERENCES benefit.agreement_paper(county, id),
  constraint help_county_reverses_fkey FOREIGN KEY (county, reverses) REFERENCES benefit.help(county, id),
  constraint help_check CHECK (((reverses IS NULL) = (worth_fen > 0))),
  constraint help_help_check CHECK ((help = ANY (ARRAY['training'::text, 'rent'::text, 'loan'::text, 'equipment'::text]))),
  constraint help_village_check CHECK ((village ~ '^\d{12}$'::text)),
  constraint help_worth_fen_check CHECK ((worth_fen <> 0))
);
CREATE INDEX help_agreement ON benefit.help USING btree (county, agreement, household);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON benefit.help FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();
alter table benefit.help enable row level security;
alter table benefit.help force row level security;
create policy scope on benefit.help as permissive for all to public using (((current_setting('app.scope'::text, true) = 'all'::text) OR starts_with(village, NULLIF(current_setting('app.scope'::text, true), ''::text))));

create table benefit.household_income (
  county integer not null,
  id uuid not null,
  household uuid not null,
  village text not null,
  year integer not null,
  fen bigint not null,
  source text not null,
  by_person text not null,
  at timestamp with time zone not null,
  constraint household_income_pkey PRIMARY KEY (county, id),
  constraint household_income_county_household_fkey FOREIGN KEY (county, household) REFERENCES registry.household(county, id),
  constraint household_income_fen_check CHECK ((fen > 0)),
  constraint household_income_village_check CHECK ((village ~ '^\d{12}$'::text)),
  constraint household_income_year_check CHECK (((year >= 2000) AND (year <= 2999)))
);
CREATE INDEX household_income_year ON benefit.household_income USING btree (county, year, household, at);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON benefit.household_income FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();
alter table benefit.household_income enable row level security;
alter table benefit.household_income force row level security;
create policy scope on benefit.household_income as permissive for all to public using (((current_setting('app.scope'::text, true) = 'all'::text) OR starts_with(village, NULLIF(current_setting('app.scope'::text, true), ''::text))));

create table benefit.insurance_payment (
  county integer not null,
  id uuid not null,
  number text not null,
  org uuid not null,
  insurer text not null,
  reference text not null,
  day date not null,
  fen bigint not null,
  file text not null,
  words text not null,
  reverses uuid,
  by_person text not null,
  at timestamp with time zone not null,
  constraint insurance_payment_pkey PRIMARY KEY (county, id),
  constraint insurance_payment_county_number_key UNIQUE (county, number),
  constraint insurance_payment_county_reverses_key UNIQUE (county, reverses),
  constraint insurance_payment_county_org_fkey FOREIGN KEY (county, org) REFERENCES registry.organisation(county, id),
  constraint insurance_payment_county_reverses_fkey FOREIGN KEY (county, reverses) REFERENCES benefit.insurance_payment(county, id),
  constraint insurance_payment_check CHECK (((reverses IS NULL) = (fen > 0))),
  constraint insurance_payment_fen_check CHECK ((fen <> 0))
);
CREATE INDEX insurance_payment_org ON benefit.insurance_payment USING btree (county, org, day);
CREATE INDEX insurance_payment_reference ON benefit.insurance_payment USING btree (county, insurer, reference);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON benefit.insurance_payment FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table benefit.left_out (
  county integer not null,
  evidence_kind text not null,
  evidence uuid not null,
  household uuid not null,
  village text not null,
  agreement uuid not null,
  why text not null,
  at timestamp with time zone not null,
  constraint left_out_pkey PRIMARY KEY (county, evidence_kind, evidence, household),
  constraint left_out_county_agreement_fkey FOREIGN KEY (county, agreement) REFERENCES benefit.agreement(county, id),
  constraint left_out_county_household_fkey FOREIGN KEY (county, household) REFERENCES registry.household(county, id),
  constraint left_out_evidence_kind_check CHECK ((evidence_kind = ANY (ARRAY['floor'::text, 'agreed_line'::text, 'sale'::text, 'project'::text]))),
  constraint left_out_village_check CHECK ((village ~ '^\d{12}$'::text)),
  constraint left_out_why_check CHECK ((why = ANY (ARRAY['wrong-period'::text, 'agreement-over'::text, 'household-disputed'::text, 'quantity-used'::text, 'fund-short'::text, 'over-share'::text])))
);
CREATE INDEX left_out_agreement ON benefit.left_out USING btree (county, agreement, household);
CREATE INDEX left_out_listed ON benefit.left_out USING btree (county, at);
alter table benefit.left_out enable row level security;
alter table benefit.left_out force row level security;
create policy scope on benefit.left_out as permissive for all to public using (((current_setting('app.scope'::text, true) = 'all'::text) OR starts_with(village, NULLIF(current_setting('app.scope'::text, true), ''::text))));

create table benefit.line_share (
  county integer not null,
  line uuid not null,
  lot uuid not null,
  "order" uuid not null,
  product uuid not null,
  sku uuid not null,
  org uuid not null,
  packs integer not null,
  grams bigint not null,
  paid_fen bigint not null,
  purchase_fen bigint not null,
  shop_fen bigint not null,
  merchant_fen bigint not null,
  station_fen bigint not null,
  freight_fen bigint not null,
  platform_fen bigint not null,
  fund_fen bigint not null,
  at timestamp with time zone not null,
  constraint line_share_pkey PRIMARY KEY (county, line, lot),
  constraint line_share_county_line_fkey FOREIGN KEY (county, line) REFERENCES trade.order_line(county, id),
  constraint line_share_county_lot_fkey FOREIGN KEY (county, lot) REFERENCES trace.lot(county, id),
  constraint line_share_check CHECK ((paid_fen = (((((shop_fen + merchant_fen) + station_fen) + freight_fen) + platform_fen) + fund_fen))),
  constraint line_share_freight_fen_check CHECK ((freight_fen >= 0)),
  constraint line_share_fund_fen_check CHECK ((fund_fen >= 0)),
  constraint line_share_grams_check CHECK ((grams > 0)),
  constraint line_share_merchant_fen_check CHECK ((merchant_fen >= 0)),
  constraint line_share_packs_check CHECK ((packs > 0)),
  constraint line_share_paid_fen_check CHECK ((paid_fen >= 0)),
  constraint line_share_platform_fen_check CHECK ((platform_fen >= 0)),
  constraint line_share_purchase_fen_check CHECK ((purchase_fen >= 0)),
  constraint line_share_shop_fen_check CHECK ((shop_fen >= 0)),
  constraint line_share_station_fen_check CHECK ((station_fen >= 0))
);
CREATE INDEX line_share_at ON benefit.line_share USING btree (county, at);
CREATE INDEX line_share_lot ON benefit.line_share USING btree (county, lot);
CREATE INDEX line_share_order ON benefit.line_share USING btree (county, "order");
CREATE INDEX line_share_product ON benefit.line_share USING btree (county, product, at);

create table benefit.log_checkpoint (
  size bigint not null,
  root bytea not null,
  made_at timestamp with time zone not null,
  constraint log_checkpoint_pkey PRIMARY KEY (size),
  constraint log_checkpoint_root_check CHECK ((length(root) = 32)),
  constraint log_checkpoint_size_check CHECK ((size > 0))
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON benefit.log_checkpoint FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table benefit.log_cosignature (
  size bigint not null,
  witness text not null,
  signature bytea not null,
  signed_at timestamp with time zone not null,
  constraint log_cosignature_pkey PRIMARY KEY (size, witness),
  constraint log_cosignature_size_fkey FOREIGN KEY (size) REFERENCES benefit.log_checkpoint(size),
  constraint log_cosignature_signature_check CHECK ((length(signature) = 72))
);

create table benefit.log_head (
  id integer not null,
  origin text not null,
  size bigint not null,
  constraint log_head_pkey PRIMARY KEY (id),
  constraint log_head_id_check CHECK ((id = 1)),
  constraint log_head_size_check CHECK ((size >= 0))
);

create table benefit.log_key (
  id text not null,
  name text not null,
  public_key bytea not null,
  seed_sealed bytea not null,
  made_at timestamp with time zone not null,
  retired_at timestamp with time zone,
  constraint log_key_pkey PRIMARY KEY (id),
  constraint log_key_id_check CHECK ((id ~ '^[0-9a-f]{8}$'::text)),
  constraint log_key_public_key_check CHECK ((length(public_key) = 32))
);

create table benefit.log_leaf (
  "position" bigint not null,
  county integer not null,
  entry uuid not null,
  data bytea not null,
  constraint log_leaf_pkey PRIMARY KEY ("position"),
  constraint log_leaf_position_check CHECK (("position" >= 0))
);
CREATE UNIQUE INDEX log_leaf_entry ON benefit.log_leaf USING btree (county, entry);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON benefit.log_leaf FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table benefit.log_secret (
  county integer not null,
  household uuid not null,
  village text not null,
  secret_sealed bytea,
  made_at timestamp with time zone not null,
  erased_at timestamp with time zone,
  erased_by text,
  erased_because text,
  constraint log_secret_pkey PRIMARY KEY (county, household),
  constraint log_secret_county_household_fkey FOREIGN KEY (county, household) REFERENCES registry.household(county, id),
  constraint log_secret_check CHECK (((secret_sealed IS NULL) = (erased_at IS NOT NULL))),
  constraint log_secret_village_check CHECK ((village ~ '^\d{12}$'::text))
);
alter table benefit.log_secret enable row level security;
alter table benefit.log_secret force row level security;
create policy scope on benefit.log_secret as permissive for all to public using (((current_setting('app.scope'::text, true) = 'all'::text) OR starts_with(village, NULLIF(current_setting('app.scope'::text, true), ''::text))));

create table benefit.log_tile (
  level integer not null,
  tile bigint not null,
  hashes bytea not null,
  constraint log_tile_pkey PRIMARY KEY (level, tile),
  constraint log_tile_hashes_check CHECK ((((length(hashes) >= 32) AND (length(hashes) <= 8192)) AND ((length(hashes) % 32) = 0))),
  constraint log_tile_level_check CHECK (((level >= 0) AND (level <= 63))),
  constraint log_tile_tile_check CHECK ((tile >= 0))
);

create table benefit.log_total (
  month text not null,
  county integer not null,
  mechanism text not null,
  entries bigint not null,
  fen bigint not null,
  constraint log_total_pkey PRIMARY KEY (month, county, mechanism),
  constraint log_total_entries_check CHECK ((entries > 0))
);

create table benefit.log_waiting (
  county integer not null,
  entry uuid not null,
  constraint log_waiting_pkey PRIMARY KEY (county, entry)
);

create table benefit.lot_settled (
  county integer not null,
  lot uuid not null,
  packs integer not null,
  constraint lot_settled_pkey PRIMARY KEY (county, lot),
  constraint lot_settled_county_lot_fkey FOREIGN KEY (county, lot) REFERENCES trace.lot(county, id),
  constraint lot_settled_packs_check CHECK ((packs > 0))
);

create table benefit.market_price (
  county integer not null,
  id uuid not null,
  crop text not null,
  category text not null,
  grade text not null,
  day date not null,
  market text not null,
  source text not null,
  fen_per_kg bigint not null,
  by_person text not null,
  at timestamp with time zone not null,
  variety text not null default ''::text,
  constraint market_price_pkey PRIMARY KEY (county, id),
  constraint market_price_category_fkey FOREIGN KEY (category) REFERENCES catalog.category(code),
  constraint market_price_crop_fkey FOREIGN KEY (crop) REFERENCES registry.crop(code),
  constraint market_price_fen_per_kg_check CHECK ((fen_per_kg > 0))
);
CREATE INDEX market_price_of ON benefit.market_price USING btree (county, crop, category, grade, day);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON benefit.market_price FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table benefit.net_sale (
  county integer not null,
  id uuid not null,
  line uuid not null,
  refund uuid,
  org uuid not null,
  household uuid not null,
  village text not null,
  agreement uuid not null,
  version integer not null,
  fen bigint not null,
  at timestamp with time zone not null,
  costs_fen bigint not null,
  fees_fen bigint not null,
  constraint net_sale_pkey PRIMARY KEY (county, id),
  constraint net_sale_county_line_refund_key UNIQUE NULLS NOT DISTINCT (county, line, refund),
  constraint net_sale_county_agreement_version_fkey FOREIGN KEY (county, agreement, version) REFERENCES benefit.agreement_version(county, agreement, version),
  constraint net_sale_county_household_fkey FOREIGN KEY (county, household) REFERENCES registry.household(county, id),
  constraint net_sale_county_line_fkey FOREIGN KEY (county, line) REFERENCES trade.order_line(county, id),
  constraint net_sale_county_org_fkey FOREIGN KEY (county, org) REFERENCES registry.organisation(county, id),
  constraint net_sale_check CHECK (((fen <> 0) AND ((refund IS NULL) = (fen > 0)))),
  constraint net_sale_costs_fen_check CHECK ((costs_fen >= 0)),
  constraint net_sale_fees CHECK (((refund IS NULL) OR (fees_fen = 0))),
  constraint net_sale_village_check CHECK ((village ~ '^\d{12}$'::text))
);
CREATE INDEX net_sale_agreement ON benefit.net_sale USING btree (county, agreement);
CREATE INDEX net_sale_fees ON benefit.net_sale USING btree (county, agreement) INCLUDE (fees_fen) WHERE (fees_fen <> 0);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON benefit.net_sale FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();
alter table benefit.net_sale enable row level security;
alter table benefit.net_sale force row level security;
create policy scope on benefit.net_sale as permissive for all to public using (((current_setting('app.scope'::text, true) = 'all'::text) OR starts_with(village, NULLIF(current_setting('app.scope'::text, true), ''::text))));

create table benefit.payroll (
  county integer not null,
  id uuid not null,
  number text not null,
  org uuid not null,
  from_day date not null,
  to_day date not null,
  state text not null,
  paid text not null,
  fen bigint not null,
  drawn_by text not null,
  drawn_at timestamp with time zone not null,
  approved_by text,
  approved_at timestamp with time zone,
  constraint payroll_pkey PRIMARY KEY (county, id),
  constraint payroll_county_number_key UNIQUE (county, number),
  constraint payroll_county_org_fkey FOREIGN KEY (county, org) REFERENCES registry.organisation(county, id),
  constraint payroll_check CHECK ((from_day <= to_day)),
  constraint payroll_check1 CHECK (((approved_by IS NULL) = (approved_at IS NULL))),
  constraint payroll_check2 CHECK (((approved_by IS NOT NULL) = (state = ANY (ARRAY['approved'::text, 'paid'::text])))),
  constraint payroll_check3 CHECK ((approved_by <> drawn_by)),
  constraint payroll_paid_check CHECK ((paid = ANY (ARRAY['cash'::text, 'transfer'::text, 'later'::text]))),
  constraint payroll_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'submitted'::text, 'approved'::text, 'paid'::text, 'discarded'::text])))
);
CREATE INDEX payroll_approved ON benefit.payroll USING btree (county, id) WHERE (state = 'approved'::text);
CREATE INDEX payroll_listed ON benefit.payroll USING btree (county, org, drawn_at);

create table benefit.payroll_line (
  county integer not null,
  payroll uuid not null,
  count uuid not null,
  payslip uuid not null,
  village text not null,
  fen bigint not null,
  live boolean not null,
  constraint payroll_line_pkey PRIMARY KEY (county, payroll, count),
  constraint payroll_line_county_count_fkey FOREIGN KEY (county, count) REFERENCES benefit.work_count(county, id),
  constraint payroll_line_county_payroll_fkey FOREIGN KEY (county, payroll) REFERENCES benefit.payroll(county, id),
  constraint payroll_line_county_payslip_fkey FOREIGN KEY (county, payslip) REFERENCES benefit.payslip(county, id),
  constraint payroll_line_village_check CHECK ((village ~ '^\d{12}$'::text))
);
CREATE UNIQUE INDEX payroll_line_once ON benefit.payroll_line USING btree (county, count) WHERE live;
CREATE INDEX payroll_line_slip ON benefit.payroll_line USING btree (county, payslip);
alter table benefit.payroll_line enable row level security;
alter table benefit.payroll_line force row level security;
create policy scope on benefit.payroll_line as permissive for all to public using (((current_setting('app.scope'::text, true) = 'all'::text) OR starts_with(village, NULLIF(current_setting('app.scope'::text, true), ''::text))));

create table benefit.payroll_move (
  county integer not null,
  id uuid not null,
  payroll uuid not null,
  from_state text,
  to_state text not null,
  words text not null,
  by_person text not null,
  at timestamp with time zone not null,
  constraint payroll_move_pkey PRIMARY KEY (county, id),
  constraint payroll_move_county_payroll_fkey FOREIGN KEY (county, payroll) REFERENCES benefit.payroll(county, id)
);
CREATE INDEX payroll_move_of ON benefit.payroll_move USING btree (county, payroll, at);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON benefit.payroll_move FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table benefit.payslip (
  county integer not null,
  id uuid not null,
  payroll uuid not null,
  agreement uuid not null,
  household uuid not null,
  village text not null,
  member uuid not null,
  fen bigint not null,
  constraint payslip_pkey PRIMARY KEY (county, id),
  constraint payslip_county_payroll_agreement_member_key UNIQUE (county, payroll, agreement, member),
  constraint payslip_county_agreement_fkey FOREIGN KEY (county, agreement) REFERENCES benefit.agreement(county, id),
  constraint payslip_county_household_fkey FOREIGN KEY (county, household) REFERENCES registry.household(county, id),
  constraint payslip_county_payroll_fkey FOREIGN KEY (county, payroll) REFERENCES benefit.payroll(county, id),
  constraint payslip_village_check CHECK ((village ~ '^\d{12}$'::text))
);
CREATE INDEX payslip_household ON benefit.payslip USING btree (county, household);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON benefit.payslip FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();
alter table benefit.payslip enable row level security;
alter table benefit.payslip force row level security;
create policy scope on benefit.payslip as permissive for all to public using (((current_setting('app.scope'::text, true) = 'all'::text) OR starts_with(village, NULLIF(current_setting('app.scope'::text, true), ''::text))));

create table benefit.people_counted (
  county integer not null,
  at timestamp with time zone not null,
  constraint people_counted_pkey PRIMARY KEY (county)
);

create table benefit.project_share (
  county integer not null,
  project uuid not null,
  household uuid not null,
  village text not null,
  org uuid not null,
  bp integer not null,
  fen bigint not null,
  at timestamp with time zone not null,
  constraint project_share_pkey PRIMARY KEY (county, project, household),
  constraint project_share_county_household_fkey FOREIGN KEY (county, household) REFERENCES registry.household(county, id),
  constraint project_share_county_org_fkey FOREIGN KEY (county, org) REFERENCES registry.organisation(county, id),
  constraint project_share_county_project_fkey FOREIGN KEY (county, project) REFERENCES presale.project(county, id),
  constraint project_share_bp_check CHECK (((bp >= 1) AND (bp <= 10000))),
  constraint project_share_fen_check CHECK ((fen >= 0)),
  constraint project_share_village_check CHECK ((village ~ '^\d{12}$'::text))
);
CREATE INDEX project_share_household ON benefit.project_share USING btree (county, household);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON benefit.project_share FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();
alter table benefit.project_share enable row level security;
alter table benefit.project_share force row level security;
create policy scope on benefit.project_share as permissive for all to public using (((current_setting('app.scope'::text, true) = 'all'::text) OR starts_with(village, NULLIF(current_setting('app.scope'::text, true), ''::text))));

create table benefit.reach (
  county integer not null,
  year integer not null,
  income text not null,
  dimension text not null,
  key text not null,
  household uuid not null,
  village text not null,
  category text not null,
  persons integer not null,
  entries integer not null,
  fen bigint not null,
  months bigint[] not null,
  good_months integer not null generated always as ((((((((((((((months[1] > 0))::integer + ((months[2] > 0))::integer) + ((months[3] > 0))::integer) + ((months[4] > 0))::integer) + ((months[5] > 0))::integer) + ((months[6] > 0))::integer) + ((months[7] > 0))::integer) + ((months[8] > 0))::integer) + ((months[9] > 0))::integer) + ((months[10] > 0))::integer) + ((months[11] > 0))::integer) + ((months[12] > 0))::integer)) stored,
  constraint reach_pkey PRIMARY KEY (county, household, year, income, dimension, key, village),
  constraint reach_check CHECK ((fen = (((((((((((months[1] + months[2]) + months[3]) + months[4]) + months[5]) + months[6]) + months[7]) + months[8]) + months[9]) + months[10]) + months[11]) + months[12]))),
  constraint reach_months_check CHECK ((cardinality(months) = 12))
);
CREATE INDEX reach_village ON benefit.reach USING btree (county, year, income, dimension, key, village);
alter table benefit.reach enable row level security;
alter table benefit.reach force row level security;
create policy scope on benefit.reach as permissive for all to public using (((current_setting('app.scope'::text, true) = 'all'::text) OR starts_with(village, NULLIF(current_setting('app.scope'::text, true), ''::text))));

create table benefit.sample (
  county integer not null,
  id uuid not null,
  number text not null,
  unit text not null,
  from_month text not null,
  to_month text not null,
  region text not null,
  confidence_bp integer not null,
  margin_bp integer not null,
  seed text not null,
  population integer not null,
  size integer not null,
  claimed_fen bigint not null,
  due_on date not null,
  by_person text not null,
  at timestamp with time zone not null,
  closed_by text,
  closed_at timestamp with time zone,
  constraint sample_pkey PRIMARY KEY (county, id),
  constraint sample_county_number_key UNIQUE (county, number),
  constraint sample_check CHECK ((from_month <= to_month)),
  constraint sample_check1 CHECK (((size >= 1) AND (size <= population))),
  constraint sample_check2 CHECK (((closed_by IS NULL) = (closed_at IS NULL))),
  constraint sample_claimed_fen_check CHECK ((claimed_fen > 0)),
  constraint sample_confidence_bp_check CHECK ((confidence_bp = ANY (ARRAY[9000, 9500, 9900]))),
  constraint sample_from_month_check CHECK ((from_month ~ '^\d{4}-\d{2}$'::text)),
  constraint sample_margin_bp_check CHECK (((margin_bp >= 100) AND (margin_bp <= 2000))),
  constraint sample_region_check CHECK ((region ~ '^\d{6}(\d{3}){0,2}$'::text)),
  constraint sample_seed_check CHECK ((seed ~ '^[0-9a-f]{32}$'::text)),
  constraint sample_to_month_check CHECK ((to_month ~ '^\d{4}-\d{2}$'::text)),
  constraint sample_unit_check CHECK ((unit = ANY (ARRAY['entry'::text, 'household'::text])))
);
CREATE INDEX sample_listed ON benefit.sample USING btree (county, at);

create table benefit.sample_answer (
  county integer not null,
  id uuid not null,
  sample uuid not null,
  n integer not null,
  village text not null,
  outcome text not null,
  actual_fen bigint,
  words text not null,
  photo uuid,
  voice uuid,
  by_person text not null,
  at timestamp with time zone not null,
  constraint sample_answer_pkey PRIMARY KEY (county, id),
  constraint sample_answer_county_photo_fkey FOREIGN KEY (county, photo) REFERENCES benefit.sample_proof(county, id),
  constraint sample_answer_county_sample_n_fkey FOREIGN KEY (county, sample, n) REFERENCES benefit.sample_item(county, sample, n),
  constraint sample_answer_county_voice_fkey FOREIGN KEY (county, voice) REFERENCES benefit.sample_proof(county, id),
  constraint sample_answer_actual_fen_check CHECK ((actual_fen >= 0)),
  constraint sample_answer_check CHECK (((outcome = 'unreachable'::text) = (actual_fen IS NULL))),
  constraint sample_answer_check1 CHECK (((outcome <> 'not_received'::text) OR (actual_fen = 0))),
  constraint sample_answer_outcome_check CHECK ((outcome = ANY (ARRAY['received'::text, 'not_received'::text, 'different'::text, 'unreachable'::text]))),
  constraint sample_answer_village_check CHECK ((village ~ '^\d{12}$'::text))
);
CREATE INDEX sample_answer_item ON benefit.sample_answer USING btree (county, sample, n, at);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON benefit.sample_answer FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();
alter table benefit.sample_answer enable row level security;
alter table benefit.sample_answer force row level security;
create policy scope on benefit.sample_answer as permissive for all to public using (((current_setting('app.scope'::text, true) = 'all'::text) OR starts_with(village, NULLIF(current_setting('app.scope'::text, true), ''::text))));

create table benefit.sample_item (
  county integer not null,
  sample uuid not null,
  n integer not null,
  entry uuid,
  household uuid not null,
  village text not null,
  claimed_fen bigint not null,
  checker text not null,
  constraint sample_item_pkey PRIMARY KEY (county, sample, n),
  constraint sample_item_county_entry_fkey FOREIGN KEY (county, entry) REFERENCES benefit.entry(county, id),
  constraint sample_item_county_household_fkey FOREIGN KEY (county, household) REFERENCES registry.household(county, id),
  constraint sample_item_county_sample_fkey FOREIGN KEY (county, sample) REFERENCES benefit.sample(county, id),
  constraint sample_item_claimed_fen_check CHECK ((claimed_fen > 0)),
  constraint sample_item_n_check CHECK ((n > 0)),
  constraint sample_item_village_check CHECK ((village ~ '^\d{12}$'::text))
);
CREATE INDEX sample_item_checker ON benefit.sample_item USING btree (county, checker);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON benefit.sample_item FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();
alter table benefit.sample_item enable row level security;
alter table benefit.sample_item force row level security;
create policy scope on benefit.sample_item as permissive for all to public using (((current_setting('app.scope'::text, true) = 'all'::text) OR starts_with(village, NULLIF(current_setting('app.scope'::text, true), ''::text))));

create table benefit.sample_proof (
  county integer not null,
  id uuid not null,
  sample uuid not null,
  n integer not null,
  kind text not null,
  sha256 text not null,
  mime text not null,
  by_person text not null,
  at timestamp with time zone not null,
  constraint sample_proof_pkey PRIMARY KEY (county, id),
  constraint sample_proof_county_sample_n_fkey FOREIGN KEY (county, sample, n) REFERENCES benefit.sample_item(county, sample, n),
  constraint sample_proof_kind_check CHECK ((kind = ANY (ARRAY['photo'::text, 'voice'::text])))
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON benefit.sample_proof FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table benefit.subsidy (
  county integer not null,
  id uuid not null,
  number text not null,
  org uuid not null,
  programme text not null,
  document text not null,
  mechanism text not null,
  day date not null,
  file text not null,
  fen bigint not null,
  state text not null,
  by_person text not null,
  at timestamp with time zone not null,
  approved_by text,
  approved_at timestamp with time zone,
  constraint subsidy_pkey PRIMARY KEY (county, id),
  constraint subsidy_county_number_key UNIQUE (county, number),
  constraint subsidy_county_org_fkey FOREIGN KEY (county, org) REFERENCES registry.organisation(county, id),
  constraint subsidy_check CHECK (((approved_by IS NULL) = (approved_at IS NULL))),
  constraint subsidy_check1 CHECK (((approved_by IS NOT NULL) = (state = 'booked'::text))),
  constraint subsidy_check2 CHECK ((approved_by <> by_person)),
  constraint subsidy_fen_check CHECK ((fen > 0)),
  constraint subsidy_mechanism_check CHECK ((mechanism = ANY (ARRAY['shop'::text, 'industry'::text, 'startup'::text, 'employment'::text, 'shareholding'::text, 'crowdfunding'::text]))),
  constraint subsidy_state_check CHECK ((state = ANY (ARRAY['prepared'::text, 'booked'::text, 'withdrawn'::text])))
);
CREATE INDEX subsidy_document ON benefit.subsidy USING btree (county, document);
CREATE INDEX subsidy_listed ON benefit.subsidy USING btree (county, at);

create table benefit.subsidy_line (
  county integer not null,
  id uuid not null,
  subsidy uuid not null,
  n integer not null,
  household uuid not null,
  village text not null,
  fen bigint not null,
  words text not null,
  reverses uuid,
  by_person text not null,
  at timestamp with time zone not null,
  constraint subsidy_line_pkey PRIMARY KEY (county, id),
  constraint subsidy_line_county_reverses_key UNIQUE (county, reverses),
  constraint subsidy_line_county_household_fkey FOREIGN KEY (county, household) REFERENCES registry.household(county, id),
  constraint subsidy_line_county_reverses_fkey FOREIGN KEY (county, reverses) REFERENCES benefit.subsidy_line(county, id),
  constraint subsidy_line_county_subsidy_fkey FOREIGN KEY (county, subsidy) REFERENCES benefit.subsidy(county, id),
  constraint subsidy_line_check CHECK (((reverses IS NULL) = (fen > 0))),
  constraint subsidy_line_fen_check CHECK ((fen <> 0)),
  constraint subsidy_line_n_check CHECK ((n > 0)),
  constraint subsidy_line_village_check CHECK ((village ~ '^\d{12}$'::text))
);
CREATE INDEX subsidy_line_household ON benefit.subsidy_line USING btree (county, household);
CREATE INDEX subsidy_line_of ON benefit.subsidy_line USING btree (county, subsidy, n);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON benefit.subsidy_line FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();
alter table benefit.subsidy_line enable row level security;
alter table benefit.subsidy_line force row level security;
create policy scope on benefit.subsidy_line as permissive for all to public using (((current_setting('app.scope'::text, true) = 'all'::text) OR starts_with(village, NULLIF(current_setting('app.scope'::text, true), ''::text))));

create table benefit.subsidy_move (
  county integer not null,
  id uuid not null,
  subsidy uuid not null,
  from_state text,
  to_state text not null,
  words text not null,
  by_person text not null,
  at timestamp with time zone not null,
  constraint subsidy_move_pkey PRIMARY KEY (county, id),
  constraint subsidy_move_county_subsidy_fkey FOREIGN KEY (county, subsidy) REFERENCES benefit.subsidy(county, id)
);
CREATE INDEX subsidy_move_of ON benefit.subsidy_move USING btree (county, subsidy, at);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON benefit.subsidy_move FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table benefit.village_people (
  county integer not null,
  village text not null,
  category text not null,
  households integer not null,
  persons integer not null,
  constraint village_people_pkey PRIMARY KEY (county, village, category),
  constraint village_people_village_check CHECK ((village ~ '^\d{12}$'::text))
);
alter table benefit.village_people enable row level security;
alter table benefit.village_people force row level security;
create policy scope on benefit.village_people as permissive for all to public using (((current_setting('app.scope'::text, true) = 'all'::text) OR starts_with(village, NULLIF(current_setting('app.scope'::text, true), ''::text))));

create table benefit.work_count (
  county integer not null,
  id uuid not null,
  agreement uuid not null,
  version integer not null,
  household uuid not null,
  village text not null,
  member uuid not null,
  day date not null,
  units integer not null,
  source text not null,
  reverses uuid,
  reason text,
  by_person text not null,
  at timestamp with time zone not null,
  constraint work_count_pkey PRIMARY KEY (county, id),
  constraint work_count_county_reverses_key UNIQUE (county, reverses),
  constraint work_count_county_agreement_version_fkey FOREIGN KEY (county, agreement, version) REFERENCES benefit.agreement_version(county, agreement, version),
  constraint work_count_county_household_fkey FOREIGN KEY (county, household) REFERENCES registry.household(county, id),
  constraint work_count_county_member_fkey FOREIGN KEY (county, member) REFERENCES registry.household_member(county, id),
  constraint work_count_county_reverses_fkey FOREIGN KEY (county, reverses) REFERENCES benefit.work_count(county, id),
  constraint work_count_check CHECK (((reverses IS NULL) = (reason IS NULL))),
  constraint work_count_check1 CHECK (
CASE
    WHEN (reverses IS NULL) THEN (units > 0)
    ELSE (units < 0)
END),
  constraint work_count_source_check CHECK ((source = ANY (ARRAY['entered'::text, 'parcels'::text]))),
  constraint work_count_village_check CHECK ((village ~ '^\d{12}$'::text))
);
CREATE INDEX work_count_day ON benefit.work_count USING btree (county, agreement, day);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON benefit.work_count FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();
alter table benefit.work_count enable row level security;
alter table benefit.work_count force row level security;
create policy scope on benefit.work_count as permissive for all to public using (((current_setting('app.scope'::text, true) = 'all'::text) OR starts_with(village, NULLIF(current_setting('app.scope'::text, true), ''::text))));

create view benefit.entry_facts with (security_invoker=true) as
 SELECT county,
    id AS entry,
    household,
    village,
    mechanism,
    fen,
    evidence_kind,
    evidence,
    month,
    at,
    org,
    crop,
    agreement,
    income
   FROM benefit.entry;

create view benefit.line_share_facts with (security_invoker=true) as
 SELECT county,
    line,
    lot,
    "order",
    product,
    sku,
    org,
    paid_fen,
    (purchase_fen + shop_fen) AS household_fen,
    at
   FROM benefit.line_share;

create schema catalog;

create table catalog.category (
  code text not null,
  parent text,
  name_zh text not null,
  name_en text not null,
  picture text not null,
  "position" integer not null,
  constraint category_pkey PRIMARY KEY (code)
);

create table catalog.gtin (
  gtin text not null,
  county integer not null,
  sku uuid not null,
  constraint gtin_pkey PRIMARY KEY (gtin),
  constraint gtin_gtin_check CHECK ((gtin ~ '^\d{14}$'::text))
);

create table catalog.mark (
  county integer not null,
  id uuid not null,
  kind text not null,
  org uuid not null,
  crop text not null,
  product uuid,
  number text not null,
  issuer text not null,
  valid_from date not null,
  valid_until date,
  file text,
  state text not null,
  by_person text not null,
  at timestamp with time zone not null,
  constraint mark_pkey PRIMARY KEY (county, id),
  constraint mark_county_kind_number_org_crop_key UNIQUE (county, kind, number, org, crop),
  constraint mark_county_org_fkey FOREIGN KEY (county, org) REFERENCES registry.organisation(county, id),
  constraint mark_county_product_fkey FOREIGN KEY (county, product) REFERENCES catalog.product(county, id),
  constraint mark_crop_fkey FOREIGN KEY (crop) REFERENCES registry.crop(code),
  constraint mark_check CHECK ((valid_until >= valid_from)),
  constraint mark_state_check CHECK ((state = ANY (ARRAY['review'::text, 'approved'::text, 'returned'::text, 'withdrawn'::text])))
);
CREATE INDEX mark_covers ON catalog.mark USING btree (county, org, crop) WHERE (state = 'approved'::text);
CREATE INDEX mark_until ON catalog.mark USING btree (county, valid_until);

create table catalog.mark_move (
  county integer not null,
  id uuid not null,
  mark uuid not null,
  from_state text,
  to_state text not null,
  reason text,
  by_person text not null,
  at timestamp with time zone not null,
  constraint mark_move_pkey PRIMARY KEY (county, id),
  constraint mark_move_county_mark_fkey FOREIGN KEY (county, mark) REFERENCES catalog.mark(county, id)
);
CREATE INDEX mark_move_mark ON catalog.mark_move USING btree (county, mark, at);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON catalog.mark_move FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table catalog.product (
  county integer not null,
  id uuid not null,
  org uuid not null,
  crop text not null,
  category text not null,
  name_zh text not null,
  name_en text not null,
  tagline_zh text not null,
  tagline_en text not null,
  story_zh text not null,
  story_en text not null,
  origin text not null,
  storage text not null,
  shelf_life_days integer not null,
  harvest_months integer[] not null,
  state text not null,
  search tsvector not null,
  version integer not null,
  created_by text,
  created_at timestamp with time zone not null,
  updated_at timestamp with time zone not null,
  variety text not null default ''::text,
  constraint product_pkey PRIMARY KEY (county, id),
  constraint product_category_fkey FOREIGN KEY (category) REFERENCES catalog.category(code),
  constraint product_county_org_fkey FOREIGN KEY (county, org) REFERENCES registry.organisation(county, id),
  constraint product_crop_fkey FOREIGN KEY (crop) REFERENCES registry.crop(code),
  constraint product_origin_check CHECK ((origin ~ '^\d{12}$'::text)),
  constraint product_shelf_life_days_check CHECK ((shelf_life_days > 0)),
  constraint product_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'review'::text, 'on_sale'::text, 'hidden'::text, 'withdrawn'::text]))),
  constraint product_storage_check CHECK ((storage = ANY (ARRAY['ambient'::text, 'cool'::text, 'chilled'::text, 'frozen'::text])))
);
CREATE INDEX product_search ON catalog.product USING gin (search);
CREATE INDEX product_state ON catalog.product USING btree (county, state, category);

create table catalog.product_claim (
  county integer not null,
  product uuid not null,
  kind text not null,
  by_person text not null,
  at timestamp with time zone not null,
  constraint product_claim_pkey PRIMARY KEY (county, product, kind),
  constraint product_claim_county_product_fkey FOREIGN KEY (county, product) REFERENCES catalog.product(county, id)
);

create table catalog.product_move (
  county integer not null,
  id uuid not null,
  product uuid not null,
  from_state text not null,
  to_state text not null,
  reason text,
  by_person text,
  at timestamp with time zone not null,
  constraint product_move_pkey PRIMARY KEY (county, id),
  constraint product_move_county_product_fkey FOREIGN KEY (county, product) REFERENCES catalog.product(county, id)
);
CREATE INDEX product_move_product ON catalog.product_move USING btree (county, product, at);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON catalog.product_move FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table catalog.product_picture (
  county integer not null,
  product uuid not null,
  "position" integer not null,
  file uuid not null,
  alt_zh text not null,
  constraint product_picture_pkey PRIMARY KEY (county, product, "position"),
  constraint product_picture_county_file_fkey FOREIGN KEY (county, file) REFERENCES platform.file(county, id),
  constraint product_picture_county_product_fkey FOREIGN KEY (county, product) REFERENCES catalog.product(county, id)
);

create table catalog.reference_price (
  county integer not null,
  crop text not null,
  grade text not null,
  day date not null,
  fen_per_kg bigint not null,
  floor_fen_per_kg bigint,
  source text not null,
  by_person text,
  created_at timestamp with time zone not null,
  constraint reference_price_pkey PRIMARY KEY (county, crop, grade, day),
  constraint reference_price_crop_fkey FOREIGN KEY (crop) REFERENCES registry.crop(code),
  constraint reference_price_fen_per_kg_check CHECK ((fen_per_kg > 0)),
  constraint reference_price_floor_fen_per_kg_check CHECK ((floor_fen_per_kg > 0))
);

create table catalog.sku (
  county integer not null,
  id uuid not null,
  product uuid not null,
  name_zh text not null,
  name_en text not null,
  net_grams integer not null,
  gross_grams integer not null,
  grade text not null,
  price_fen bigint not null,
  gtin text not null,
  on_sale boolean not null,
  "position" integer not null,
  constraint sku_pkey PRIMARY KEY (county, id),
  constraint sku_county_gtin_key UNIQUE (county, gtin),
  constraint sku_county_product_fkey FOREIGN KEY (county, product) REFERENCES catalog.product(county, id),
  constraint sku_check CHECK ((gross_grams >= net_grams)),
  constraint sku_gtin_check CHECK ((gtin ~ '^\d{14}$'::text)),
  constraint sku_net_grams_check CHECK ((net_grams > 0)),
  constraint sku_price_fen_check CHECK ((price_fen > 0))
);
CREATE INDEX sku_product ON catalog.sku USING btree (county, product);

create table catalog.story_move (
  county integer not null,
  id uuid not null,
  story uuid not null,
  from_state text,
  to_state text not null,
  reason text,
  by_person text not null,
  at timestamp with time zone not null,
  constraint story_move_pkey PRIMARY KEY (county, id),
  constraint story_move_county_story_fkey FOREIGN KEY (county, story) REFERENCES catalog.village_story(county, id)
);
CREATE INDEX story_move_story ON catalog.story_move USING btree (county, story, at);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON catalog.story_move FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table catalog.variety (
  county integer not null,
  crop text not null,
  name text not null,
  known_at timestamp with time zone not null,
  constraint variety_pkey PRIMARY KEY (county, crop, name),
  constraint variety_crop_fkey FOREIGN KEY (crop) REFERENCES registry.crop(code),
  constraint variety_name_check CHECK ((name <> ''::text))
);

create table catalog.village_story (
  county integer not null,
  id uuid not null,
  village text not null,
  title_zh text not null,
  title_en text not null,
  text_zh text not null,
  text_en text not null,
  file uuid,
  state text not null,
  by_person text not null,
  at timestamp with time zone not null,
  constraint village_story_pkey PRIMARY KEY (county, id),
  constraint village_story_county_file_fkey FOREIGN KEY (county, file) REFERENCES platform.file(county, id),
  constraint village_story_state_check CHECK ((state = ANY (ARRAY['review'::text, 'published'::text, 'returned'::text, 'withdrawn'::text]))),
  constraint village_story_village_check CHECK ((village ~ '^\d{12}$'::text))
);
CREATE INDEX village_story_village ON catalog.village_story USING btree (county, village, state, at);

create view catalog.product_facts with (security_invoker=true) as
 SELECT county,
    id AS product,
    org,
    crop,
    category,
    name_zh,
    name_en,
    origin,
    state,
    variety
   FROM catalog.product;

create view catalog.sku_facts with (security_invoker=true) as
 SELECT county,
    id AS sku,
    product,
    grade,
    net_grams,
    price_fen,
    on_sale
   FROM catalog.sku;

create schema fulfilment;

create table fulfilment.parcel (
  county integer not null,
  id uuid not null,
  number text not null,
  "order" uuid not null,
  org uuid not null,
  state text not null,
  grams bigint not null,
  ship_region text not null,
  packed_in text not null,
  carrier text,
  waybill text,
  packed_by text not null,
  packed_at timestamp with time zone not null,
  sent_by text,
  sent_at timestamp with time zone,
  received_by text,
  received_at timestamp with time zone,
  after_sale uuid,
  told text,
  promised boolean not null default false,
  constraint parcel_pkey PRIMARY KEY (county, id),
  constraint parcel_county_number_key UNIQUE (county, number),
  constraint parcel_county_after_sale_fkey FOREIGN KEY (county, after_sale) REFERENCES trade.after_sale_case(county, id),
  constraint parcel_county_order_fkey FOREIGN KEY (county, "order") REFERENCES trade."order"(county, id),
  constraint parcel_county_org_fkey FOREIGN KEY (county, org) REFERENCES registry.organisation(county, id),
  constraint parcel_grams_check CHECK ((grams > 0)),
  constraint parcel_state_check CHECK ((state = ANY (ARRAY['packed'::text, 'sent'::text, 'received'::text, 'unpacked'::text, 'stopped'::text])))
);
CREATE UNIQUE INDEX parcel_of_case ON fulfilment.parcel USING btree (county, after_sale) WHERE (after_sale IS NOT NULL);
CREATE UNIQUE INDEX parcel_of_order ON fulfilment.parcel USING btree (county, "order", org) WHERE ((after_sale IS NULL) AND (state <> 'unpacked'::text));
CREATE INDEX parcel_order ON fulfilment.parcel USING btree (county, "order");
CREATE INDEX parcel_packed_on ON fulfilment.parcel USING btree (county, org, packed_at);
CREATE INDEX parcel_state ON fulfilment.parcel USING btree (county, state, packed_at);
CREATE INDEX parcel_untold ON fulfilment.parcel USING btree (county, packed_at) WHERE (told IS DISTINCT FROM state);
CREATE UNIQUE INDEX parcel_waybill ON fulfilment.parcel USING btree (county, carrier, waybill) WHERE (waybill IS NOT NULL);

create table fulfilment.parcel_pack (
  county integer not null,
  parcel uuid not null,
  line uuid not null,
  lot uuid not null,
  first_pack integer not null,
  last_pack integer not null,
  constraint parcel_pack_pkey PRIMARY KEY (county, lot, first_pack),
  constraint parcel_pack_county_line_fkey FOREIGN KEY (county, line) REFERENCES trade.order_line(county, id),
  constraint parcel_pack_county_lot_fkey FOREIGN KEY (county, lot) REFERENCES trace.lot(county, id),
  constraint parcel_pack_county_parcel_fkey FOREIGN KEY (county, parcel) REFERENCES fulfilment.parcel(county, id),
  constraint parcel_pack_check CHECK ((last_pack >= first_pack)),
  constraint parcel_pack_first_pack_check CHECK ((first_pack > 0))
);
CREATE INDEX parcel_pack_parcel ON fulfilment.parcel_pack USING btree (county, parcel);

create schema ledger;

create table ledger.account (
  county integer not null,
  id uuid not null,
  kind text not null,
  owner text not null,
  currency text not null,
  normal_side text not null,
  debits_pending bigint not null,
  debits_posted bigint not null,
  credits_pending bigint not null,
  credits_posted bigint not null,
  limited_side text,
  closed_at timestamp with time zone,
  created_at timestamp with time zone not null,
  closed_by uuid,
  constraint account_pkey PRIMARY KEY (county, id),
  constraint account_county_kind_owner_currency_key UNIQUE (county, kind, owner, currency),
  constraint account_check CHECK (((limited_side IS DISTINCT FROM 'debit'::text) OR ((debits_pending + debits_posted) <= credits_posted))),
  constraint account_check1 CHECK (((limited_side IS DISTINCT FROM 'credit'::text) OR ((credits_pending + credits_posted) <= debits_posted))),
  constraint account_check2 CHECK (((closed_at IS NULL) = (closed_by IS NULL))),
  constraint account_credits_pending_check CHECK ((credits_pending >= 0)),
  constraint account_credits_posted_check CHECK ((credits_posted >= 0)),
  constraint account_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint account_debits_pending_check CHECK ((debits_pending >= 0)),
  constraint account_debits_posted_check CHECK ((debits_posted >= 0)),
  constraint account_limited_side_check CHECK ((limited_side = ANY (ARRAY['debit'::text, 'credit'::text]))),
  constraint account_normal_side_check CHECK ((normal_side = ANY (ARRAY['debit'::text, 'credit'::text])))
);
CREATE TRIGGER stays BEFORE DELETE ON ledger.account FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table ledger.account_move (
  county integer not null,
  id uuid not null,
  account uuid not null,
  "to" text not null,
  reason text not null,
  by_person text not null,
  at timestamp with time zone not null,
  constraint account_move_pkey PRIMARY KEY (county, id),
  constraint account_move_county_account_fkey FOREIGN KEY (county, account) REFERENCES ledger.account(county, id),
  constraint account_move_to_check CHECK (("to" = ANY (ARRAY['closed'::text, 'open'::text])))
);
CREATE INDEX account_move_account ON ledger.account_move USING btree (county, account, at);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON ledger.account_move FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table ledger.hold_due (
  county integer not null,
  expires_at timestamp with time zone not null,
  transfer uuid not null,
  constraint hold_due_pkey PRIMARY KEY (county, expires_at, transfer)
);

create table ledger.reconcile_run (
  id uuid not null,
  begun_at timestamp with time zone not null,
  ended_at timestamp with time zone not null,
  asked integer not null,
  broken integer not null,
  findings jsonb not null,
  constraint reconcile_run_pkey PRIMARY KEY (id),
  constraint reconcile_run_asked_check CHECK ((asked >= 0)),
  constraint reconcile_run_check CHECK (((broken >= 0) AND (broken <= asked)))
);

create table ledger.transfer (
  county integer not null,
  id uuid not null,
  kind text not null,
  debit uuid not null,
  credit uuid not null,
  amount_fen bigint not null,
  pending uuid,
  expires_at timestamp with time zone,
  reason text not null,
  evidence_kind text not null,
  evidence uuid not null,
  by_person text,
  created_at timestamp with time zone not null,
  flag text,
  constraint transfer_pkey PRIMARY KEY (county, id),
  constraint transfer_amount_fen_check CHECK ((amount_fen >= 0)),
  constraint transfer_check CHECK ((debit <> credit)),
  constraint transfer_check1 CHECK (((kind = ANY (ARRAY['post'::text, 'void'::text, 'expire'::text])) = (pending IS NOT NULL))),
  constraint transfer_flag_check CHECK ((flag = ANY (ARRAY['balancing-debit'::text, 'balancing-credit'::text, 'closing-debit'::text, 'closing-credit'::text]))),
  constraint transfer_kind_check CHECK ((kind = ANY (ARRAY['single'::text, 'pending'::text, 'post'::text, 'void'::text, 'expire'::text])))
);
CREATE INDEX transfer_credit ON ledger.transfer USING btree (county, credit, created_at);
CREATE INDEX transfer_debit ON ledger.transfer USING btree (county, debit, created_at);
CREATE UNIQUE INDEX transfer_end ON ledger.transfer USING btree (county, pending) WHERE (pending IS NOT NULL);
CREATE INDEX transfer_evidence ON ledger.transfer USING btree (county, evidence);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON ledger.transfer FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create view ledger.account_facts with (security_invoker=true) as
 SELECT county,
    id AS account,
    kind,
    owner,
    normal_side,
    debits_posted,
    credits_posted,
    debits_pending,
    credits_pending,
    closed_at
   FROM ledger.account;

create view ledger.transfer_facts with (security_invoker=true) as
 SELECT county,
    id AS transfer,
    kind,
    debit,
    credit,
    amount_fen,
    reason,
    evidence_kind,
    evidence,
    created_at
   FROM ledger.transfer;

create schema platform;

CREATE OR REPLACE FUNCTION platform.distribute(target regclass)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  if exists (select from pg_extension where extname = 'citus') then
    execute format('select create_distributed_table(%L, %L, colocate_with => %L)', target, 'county',
      case when target = 'platform.outbox'::regclass then 'default' else 'platform.outbox' end);
  end if;
end $function$;

CREATE OR REPLACE FUNCTION platform.reference(target regclass)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  if exists (select from pg_extension where extname = 'citus') then
    execute format('select create_reference_table(%L)', target);
  end if;
end $function$;

CREATE OR REPLACE FUNCTION platform.refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'facts in %.% are never edited: write a new fact that names the old one', tg_table_schema, tg_table_name
    using errcode = 'SH001';
end $function$;

CREATE OR REPLACE FUNCTION platform.refuse_change_but_village()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if tg_op = 'UPDATE' then
    if to_jsonb(new) - 'village' = to_jsonb(old) - 'village' then return new; end if;
  end if;
  raise exception 'facts in %.% are never edited: write a new fact that names the old one', tg_table_schema, tg_table_name
    using errcode = 'SH001';
end $function$;

create table platform.counter (
  county integer not null,
  name text not null,
  value bigint not null,
  constraint counter_pkey PRIMARY KEY (county, name)
);

create table platform.file (
  county integer not null,
  id uuid not null,
  sha256 text not null,
  mime text not null,
  bytes integer not null,
  width integer not null,
  height integer not null,
  by_person text,
  created_at timestamp with time zone not null,
  constraint file_pkey PRIMARY KEY (county, id)
);

create table platform.handled (
  county integer not null,
  event uuid not null,
  subscriber text not null,
  handled_at timestamp with time zone not null,
  constraint handled_pkey PRIMARY KEY (county, event, subscriber)
);

create table platform.idempotency (
  scope text not null,
  key text not null,
  input_hash text not null,
  answer jsonb,
  created_at timestamp with time zone not null,
  constraint idempotency_pkey PRIMARY KEY (scope, key)
);
CREATE INDEX idempotency_created ON platform.idempotency USING btree (created_at);

create table platform.migration (
  name text not null,
  sha256 text not null,
  applied_at timestamp with time zone not null default now(),
  constraint migration_pkey PRIMARY KEY (name)
);

create table platform.outbox (
  county integer not null,
  id uuid not null,
  type text not null,
  payload jsonb not null,
  created_at timestamp with time zone not null,
  constraint outbox_pkey PRIMARY KEY (county, id)
);
CREATE INDEX outbox_oldest ON platform.outbox USING btree (created_at, id);

create schema presale;

create table presale.news (
  county integer not null,
  id uuid not null,
  project uuid not null,
  state text not null,
  version integer not null,
  by_person text not null,
  at timestamp with time zone not null,
  constraint news_pkey PRIMARY KEY (county, id),
  constraint news_county_project_fkey FOREIGN KEY (county, project) REFERENCES presale.project(county, id),
  constraint news_state_check CHECK ((state = ANY (ARRAY['shown'::text, 'hidden'::text, 'taken_back'::text]))),
  constraint news_version_check CHECK ((version > 0))
);
CREATE INDEX news_project ON presale.news USING btree (county, project, at);

create table presale.news_move (
  county integer not null,
  id uuid not null,
  news uuid not null,
  from_state text not null,
  to_state text not null,
  reason text not null,
  by_person text not null,
  at timestamp with time zone not null,
  constraint news_move_pkey PRIMARY KEY (county, id),
  constraint news_move_county_news_fkey FOREIGN KEY (county, news) REFERENCES presale.news(county, id)
);
CREATE INDEX news_move_of ON presale.news_move USING btree (county, news, at);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON presale.news_move FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table presale.news_photo (
  county integer not null,
  id uuid not null,
  project uuid not null,
  sha256 text not null,
  width integer not null,
  height integer not null,
  by_person text not null,
  at timestamp with time zone not null,
  constraint news_photo_pkey PRIMARY KEY (county, id),
  constraint news_photo_county_project_fkey FOREIGN KEY (county, project) REFERENCES presale.project(county, id)
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON presale.news_photo FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table presale.news_version (
  county integer not null,
  news uuid not null,
  version integer not null,
  title_zh text not null,
  title_en text not null,
  words_zh text not null,
  words_en text not null,
  for_backers boolean not null,
  photos uuid[] not null,
  by_person text not null,
  at timestamp with time zone not null,
  constraint news_version_pkey PRIMARY KEY (county, news, version),
  constraint news_version_county_news_fkey FOREIGN KEY (county, news) REFERENCES presale.news(county, id),
  constraint news_version_photos_check CHECK ((cardinality(photos) <= 6)),
  constraint news_version_version_check CHECK ((version > 0))
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON presale.news_version FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table presale.pledge (
  county integer not null,
  id uuid not null,
  project uuid not null,
  tier uuid not null,
  n integer not null,
  fen bigint not null,
  person text not null,
  line uuid not null,
  at timestamp with time zone not null,
  counted boolean not null default false,
  delivery text,
  parcel uuid,
  thanks text,
  sent_at timestamp with time zone,
  received_at timestamp with time zone,
  constraint pledge_pkey PRIMARY KEY (county, id),
  constraint pledge_county_id_fkey FOREIGN KEY (county, id) REFERENCES trade."order"(county, id),
  constraint pledge_county_line_fkey FOREIGN KEY (county, line) REFERENCES trade.order_line(county, id),
  constraint pledge_county_parcel_fkey FOREIGN KEY (county, parcel) REFERENCES fulfilment.parcel(county, id),
  constraint pledge_county_project_fkey FOREIGN KEY (county, project) REFERENCES presale.project(county, id),
  constraint pledge_county_tier_fkey FOREIGN KEY (county, tier) REFERENCES presale.tier(county, id),
  constraint pledge_check CHECK (((delivery = ANY (ARRAY['sent'::text, 'received'::text])) = (sent_at IS NOT NULL))),
  constraint pledge_check1 CHECK (((delivery = 'received'::text) = (received_at IS NOT NULL))),
  constraint pledge_check2 CHECK (((thanks IS NULL) OR (parcel IS NULL))),
  constraint pledge_check3 CHECK (((delivery = ANY (ARRAY['packed'::text, 'sent'::text, 'received'::text])) = ((parcel IS NOT NULL) OR (thanks IS NOT NULL)))),
  constraint pledge_delivery_check CHECK ((delivery = ANY (ARRAY['owed'::text, 'packed'::text, 'sent'::text, 'received'::text]))),
  constraint pledge_fen_check CHECK ((fen > 0)),
  constraint pledge_n_check CHECK ((n > 0))
);
CREATE INDEX pledge_owed ON presale.pledge USING btree (county, project) WHERE (delivery = ANY (ARRAY['owed'::text, 'packed'::text, 'sent'::text]));
CREATE INDEX pledge_person ON presale.pledge USING btree (person, at);
CREATE INDEX pledge_project ON presale.pledge USING btree (county, project, at);

create table presale.project (
  county integer not null,
  id uuid not null,
  number text not null,
  org uuid not null,
  sku uuid not null,
  title_zh text not null,
  title_en text not null,
  story_zh text not null,
  story_en text not null,
  goal_fen bigint not null,
  opens_on date not null,
  ends_on date not null,
  deliver_by date not null,
  fund_bp integer not null,
  state text not null,
  drafted_by text not null,
  submitted_by text,
  opened_by text,
  opened_at timestamp with time zone,
  decided_at timestamp with time zone,
  raised_fen bigint,
  backers integer,
  told_at timestamp with time zone,
  at timestamp with time zone not null,
  constraint project_pkey PRIMARY KEY (county, id),
  constraint project_county_number_key UNIQUE (county, number),
  constraint project_county_org_fkey FOREIGN KEY (county, org) REFERENCES registry.organisation(county, id),
  constraint project_county_sku_fkey FOREIGN KEY (county, sku) REFERENCES catalog.sku(county, id),
  constraint project_check CHECK (((opens_on <= ends_on) AND (ends_on < deliver_by))),
  constraint project_check1 CHECK (((opened_by IS NULL) = (opened_at IS NULL))),
  constraint project_check2 CHECK (((opened_by <> drafted_by) AND (opened_by <> submitted_by))),
  constraint project_check3 CHECK (((opened_at IS NOT NULL) = (state = ANY (ARRAY['open'::text, 'funded'::text, 'delivered'::text, 'failed'::text, 'cancelled'::text])))),
  constraint project_check4 CHECK ((((decided_at IS NULL) = (raised_fen IS NULL)) AND ((decided_at IS NULL) = (backers IS NULL)))),
  constraint project_check5 CHECK (((decided_at IS NOT NULL) = (state = ANY (ARRAY['funded'::text, 'delivered'::text, 'failed'::text, 'cancelled'::text])))),
  constraint project_check6 CHECK (((state <> ALL (ARRAY['funded'::text, 'delivered'::text])) OR (raised_fen >= goal_fen))),
  constraint project_check7 CHECK (((told_at IS NULL) OR (state = ANY (ARRAY['funded'::text, 'delivered'::text])))),
  constraint project_fund_bp_check CHECK (((fund_bp >= 0) AND (fund_bp <= 10000))),
  constraint project_goal_fen_check CHECK ((goal_fen > 0)),
  constraint project_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'submitted'::text, 'open'::text, 'funded'::text, 'delivered'::text, 'failed'::text, 'cancelled'::text, 'withdrawn'::text])))
);
CREATE INDEX project_listed ON presale.project USING btree (county, state, ends_on);
CREATE INDEX project_open ON presale.project USING btree (ends_on) WHERE (state = 'open'::text);

create table presale.project_household (
  county integer not null,
  project uuid not null,
  household uuid not null,
  village text not null,
  bp integer not null,
  constraint project_household_pkey PRIMARY KEY (county, project, household),
  constraint project_household_county_household_fkey FOREIGN KEY (county, household) REFERENCES registry.household(county, id),
  constraint project_household_county_project_fkey FOREIGN KEY (county, project) REFERENCES presale.project(county, id),
  constraint project_household_bp_check CHECK (((bp >= 1) AND (bp <= 10000))),
  constraint project_household_village_check CHECK ((village ~ '^\d{12}$'::text))
);
CREATE INDEX project_household_of ON presale.project_household USING btree (county, household);
alter table presale.project_household enable row level security;
alter table presale.project_household force row level security;
create policy scope on presale.project_household as permissive for all to public using (((current_setting('app.scope'::text, true) = 'all'::text) OR starts_with(village, NULLIF(current_setting('app.scope'::text, true), ''::text))));

create table presale.project_move (
  county integer not null,
  id uuid not null,
  project uuid not null,
  from_state text,
  to_state text not null,
  words text not null,
  by_person text not null,
  at timestamp with time zone not null,
  constraint project_move_pkey PRIMARY KEY (county, id),
  constraint project_move_county_project_fkey FOREIGN KEY (county, project) REFERENCES presale.project(county, id)
);
CREATE INDEX project_move_of ON presale.project_move USING btree (county, project, at);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON presale.project_move FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table presale.tier (
  county integer not null,
  id uuid not null,
  project uuid not null,
  "position" integer not null,
  name_zh text not null,
  name_en text not null,
  price_fen bigint not null,
  cost_fen bigint not null,
  sku uuid,
  packs integer,
  places integer not null,
  per_backer integer not null,
  constraint tier_pkey PRIMARY KEY (county, id),
  constraint tier_county_project_position_key UNIQUE (county, project, "position"),
  constraint tier_county_project_fkey FOREIGN KEY (county, project) REFERENCES presale.project(county, id),
  constraint tier_county_sku_fkey FOREIGN KEY (county, sku) REFERENCES catalog.sku(county, id),
  constraint tier_check CHECK (((sku IS NULL) = (packs IS NULL))),
  constraint tier_check1 CHECK ((cost_fen < price_fen)),
  constraint tier_cost_fen_check CHECK ((cost_fen >= 0)),
  constraint tier_packs_check CHECK ((packs > 0)),
  constraint tier_per_backer_check CHECK ((per_backer > 0)),
  constraint tier_places_check CHECK ((places > 0)),
  constraint tier_price_fen_check CHECK ((price_fen > 0))
);

create view presale.project_facts with (security_invoker=true) as
 SELECT county,
    id AS project,
    number,
    org,
    title_zh,
    title_en,
    state,
    decided_at,
    raised_fen
   FROM presale.project;

create schema registry;

create table registry.county (
  county integer not null,
  code text not null,
  name text not null,
  short_name text not null,
  state text not null,
  opened_at timestamp with time zone not null,
  constraint county_pkey PRIMARY KEY (county),
  constraint county_code_key UNIQUE (code),
  constraint county_county_check CHECK (((county >= 110000) AND (county <= 999999))),
  constraint county_state_check CHECK ((state = ANY (ARRAY['open'::text, 'closed'::text])))
);

create table registry.crop (
  code text not null,
  name_zh text not null,
  name_en text not null,
  grams_per_mu integer,
  grams_per_tree integer,
  shelf_life_days integer not null,
  produce text not null default 'other'::text,
  constraint crop_pkey PRIMARY KEY (code),
  constraint crop_grams_per_mu_check CHECK ((grams_per_mu > 0)),
  constraint crop_grams_per_tree_check CHECK ((grams_per_tree > 0)),
  constraint crop_shelf_life_days_check CHECK ((shelf_life_days > 0))
);

create table registry.dishonest_lift (
  county integer not null,
  listing uuid not null,
  reason text not null,
  by_person text not null,
  at timestamp with time zone not null,
  constraint dishonest_lift_pkey PRIMARY KEY (county, listing),
  constraint dishonest_lift_county_listing_fkey FOREIGN KEY (county, listing) REFERENCES registry.dishonest_operator(county, id)
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON registry.dishonest_lift FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table registry.dishonest_operator (
  county integer not null,
  id uuid not null,
  number text not null,
  org uuid not null,
  grounds text not null,
  reason text not null,
  document text not null,
  starts_on date not null,
  ends_on date not null,
  by_person text not null,
  at timestamp with time zone not null,
  constraint dishonest_operator_pkey PRIMARY KEY (county, id),
  constraint dishonest_operator_county_number_key UNIQUE (county, number),
  constraint dishonest_operator_county_org_fkey FOREIGN KEY (county, org) REFERENCES registry.organisation(county, id),
  constraint dishonest_operator_check CHECK ((starts_on <= ends_on)),
  constraint dishonest_operator_grounds_check CHECK ((grounds = ANY (ARRAY['repeated'::text, 'proven'::text])))
);
CREATE INDEX dishonest_operator_org ON registry.dishonest_operator USING btree (county, org, ends_on);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON registry.dishonest_operator FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table registry.household (
  county integer not null,
  id uuid not null,
  code text not null,
  village text not null,
  category text not null,
  state text not null,
  created_at timestamp with time zone not null,
  created_by text,
  merged_into uuid,
  changed_at timestamp with time zone not null,
  constraint household_pkey PRIMARY KEY (county, id),
  constraint household_county_code_key UNIQUE (county, code),
  constraint household_county_merged_into_fkey FOREIGN KEY (county, merged_into) REFERENCES registry.household(county, id),
  constraint household_category_check CHECK ((category = ANY (ARRAY['general'::text, 'lifted'::text, 'monitored'::text]))),
  constraint household_merged CHECK (((state = 'merged'::text) = (merged_into IS NOT NULL))),
  constraint household_state_check CHECK ((state = ANY (ARRAY['active'::text, 'left'::text, 'merged'::text]))),
  constraint household_village_check CHECK ((village ~ '^\d{12}$'::text))
);
CREATE INDEX household_changed ON registry.household USING btree (county, changed_at);
CREATE INDEX household_merged_into ON registry.household USING btree (county, merged_into) WHERE (merged_into IS NOT NULL);
CREATE INDEX household_village ON registry.household USING btree (county, village, code);
alter table registry.household enable row level security;
alter table registry.household force row level security;
create policy scope on registry.household as permissive for all to public using (((current_setting('app.scope'::text, true) = 'all'::text) OR starts_with(village, NULLIF(current_setting('app.scope'::text, true), ''::text))));

create table registry.household_card (
  county integer not null,
  id uuid not null,
  household uuid not null,
  code_hash text not null,
  by_person text not null,
  at timestamp with time zone not null,
  constraint household_card_pkey PRIMARY KEY (county, id),
  constraint household_card_county_code_hash_key UNIQUE (county, code_hash),
  constraint household_card_county_household_fkey FOREIGN KEY (county, household) REFERENCES registry.household(county, id)
);
CREATE INDEX household_card_household ON registry.household_card USING btree (county, household);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON registry.household_card FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table registry.household_card_end (
  county integer not null,
  card uuid not null,
  reason text,
  by_person text not null,
  at timestamp with time zone not null,
  constraint household_card_end_pkey PRIMARY KEY (county, card),
  constraint household_card_end_county_card_fkey FOREIGN KEY (county, card) REFERENCES registry.household_card(county, id)
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON registry.household_card_end FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table registry.household_member (
  county integer not null,
  id uuid not null,
  household uuid not null,
  village text not null,
  relation text not null,
  name_sealed bytea not null,
  id_number_sealed bytea,
  id_number_hash text,
  phone_sealed bytea,
  phone_hash text,
  constraint household_member_pkey PRIMARY KEY (county, id),
  constraint household_member_county_household_fkey FOREIGN KEY (county, household) REFERENCES registry.household(county, id),
  constraint household_member_relation_check CHECK ((relation = ANY (ARRAY['head'::text, 'spouse'::text, 'child'::text, 'parent'::text, 'other'::text])))
);
CREATE UNIQUE INDEX household_member_head ON registry.household_member USING btree (county, household) WHERE (relation = 'head'::text);
CREATE INDEX household_member_household ON registry.household_member USING btree (county, household);
CREATE UNIQUE INDEX household_member_id_number ON registry.household_member USING btree (county, id_number_hash) WHERE (id_number_hash IS NOT NULL);
CREATE INDEX household_member_phone ON registry.household_member USING btree (county, phone_hash) WHERE (phone_hash IS NOT NULL);
alter table registry.household_member enable row level security;
alter table registry.household_member force row level security;
create policy scope on registry.household_member as permissive for all to public using (((current_setting('app.scope'::text, true) = 'all'::text) OR starts_with(village, NULLIF(current_setting('app.scope'::text, true), ''::text))));

create table registry.household_merge (
  county integer not null,
  household uuid not null,
  into_household uuid not null,
  reason text not null,
  by_person text not null,
  at timestamp with time zone not null,
  constraint household_merge_pkey PRIMARY KEY (county, household),
  constraint household_merge_county_household_fkey FOREIGN KEY (county, household) REFERENCES registry.household(county, id),
  constraint household_merge_county_into_household_fkey FOREIGN KEY (county, into_household) REFERENCES registry.household(county, id)
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON registry.household_merge FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table registry.household_move (
  county integer not null,
  id uuid not null,
  household uuid not null,
  from_village text not null,
  to_village text not null,
  on_day date not null,
  reason text not null,
  by_person text not null,
  at timestamp with time zone not null,
  constraint household_move_pkey PRIMARY KEY (county, id),
  constraint household_move_county_household_fkey FOREIGN KEY (county, household) REFERENCES registry.household(county, id),
  constraint household_move_check CHECK ((from_village <> to_village)),
  constraint household_move_from_village_check CHECK ((from_village ~ '^\d{12}$'::text)),
  constraint household_move_to_village_check CHECK ((to_village ~ '^\d{12}$'::text))
);
CREATE INDEX household_move_at ON registry.household_move USING btree (county, at);
CREATE INDEX household_move_household ON registry.household_move USING btree (county, household, at);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON registry.household_move FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table registry.household_reading (
  county integer not null,
  id uuid not null,
  household uuid not null,
  person text not null,
  role text not null,
  fields text[] not null,
  reason text not null,
  at timestamp with time zone not null,
  constraint household_reading_pkey PRIMARY KEY (county, id),
  constraint household_reading_county_household_fkey FOREIGN KEY (county, household) REFERENCES registry.household(county, id)
);
CREATE INDEX household_reading_household ON registry.household_reading USING btree (county, household, at);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON registry.household_reading FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table registry.household_yield (
  county integer not null,
  household uuid not null,
  village text not null,
  crop text not null,
  area_centimu integer not null,
  trees integer not null,
  constraint household_yield_pkey PRIMARY KEY (county, household, crop),
  constraint household_yield_county_household_fkey FOREIGN KEY (county, household) REFERENCES registry.household(county, id),
  constraint household_yield_crop_fkey FOREIGN KEY (crop) REFERENCES registry.crop(code),
  constraint household_yield_area_centimu_check CHECK ((area_centimu >= 0)),
  constraint household_yield_check CHECK (((area_centimu > 0) OR (trees > 0))),
  constraint household_yield_trees_check CHECK ((trees >= 0))
);
alter table registry.household_yield enable row level security;
alter table registry.household_yield force row level security;
create policy scope on registry.household_yield as permissive for all to public using (((current_setting('app.scope'::text, true) = 'all'::text) OR starts_with(village, NULLIF(current_setting('app.scope'::text, true), ''::text))));

create table registry.membership (
  person text not null,
  org uuid not null,
  role text not null,
  county integer not null,
  region text not null,
  created_at timestamp with time zone not null,
  created_by text,
  constraint membership_pkey PRIMARY KEY (person, org, role),
  constraint membership_region_check CHECK ((region ~ '^(\d{2}|\d{4}|\d{6}|\d{9}|\d{12})?$'::text)),
  constraint membership_role_check CHECK ((role = ANY (ARRAY['keeper'::text, 'merchant'::text, 'cadre'::text, 'operator'::text, 'platform'::text, 'purchaser'::text, 'courier'::text, 'auditor'::text])))
);
CREATE INDEX membership_org ON registry.membership USING btree (org);

create table registry.membership_taken (
  person text not null,
  org uuid not null,
  role text not null,
  county integer not null,
  region text not null,
  taken_at timestamp with time zone not null,
  taken_by text not null,
  constraint membership_taken_pkey PRIMARY KEY (person, org, role, taken_at)
);
CREATE INDEX membership_taken_of ON registry.membership_taken USING btree (person, org, role);

create table registry.name_consent (
  county integer not null,
  id uuid not null,
  household uuid not null,
  village text not null,
  given boolean not null,
  said_by text not null,
  by_person text not null,
  at timestamp with time zone not null,
  constraint name_consent_pkey PRIMARY KEY (county, id),
  constraint name_consent_county_household_fkey FOREIGN KEY (county, household) REFERENCES registry.household(county, id),
  constraint name_consent_said_by_check CHECK ((said_by = ANY (ARRAY['household'::text, 'staff'::text]))),
  constraint name_consent_village_check CHECK ((village ~ '^\d{12}$'::text))
);
CREATE INDEX name_consent_household ON registry.name_consent USING btree (county, household, at);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON registry.name_consent FOR EACH ROW EXECUTE FUNCTION platform.refuse_change_but_village();
alter table registry.name_consent enable row level security;
alter table registry.name_consent force row level security;
create policy scope on registry.name_consent as permissive for all to public using (((current_setting('app.scope'::text, true) = 'all'::text) OR starts_with(village, NULLIF(current_setting('app.scope'::text, true), ''::text))));

create table registry.organisation (
  county integer not null,
  id uuid not null,
  kind text not null,
  name text not null,
  code text not null,
  region text not null,
  contact text not null,
  phone text not null,
  buys_for uuid,
  state text not null,
  created_at timestamp with time zone not null,
  constraint organisation_pkey PRIMARY KEY (county, id),
  constraint organisation_county_code_key UNIQUE (county, code),
  constraint organisation_county_buys_for_fkey FOREIGN KEY (county, buys_for) REFERENCES registry.organisation(county, id),
  constraint organisation_kind_check CHECK ((kind = ANY (ARRAY['merchant'::text, 'cooperative'::text, 'station'::text, 'county_centre'::text, 'platform'::text, 'purchasing_unit'::text, 'logistics'::text]))),
  constraint organisation_region_check CHECK ((region ~ '^(\d{2}|\d{4}|\d{6}|\d{9}|\d{12})?$'::text)),
  constraint organisation_state_check CHECK ((state = ANY (ARRAY['active'::text, 'suspended'::text])))
);

create table registry.pairing (
  county integer not null,
  id uuid not null,
  helper_kind text not null,
  helper_name text not null,
  helper_org uuid,
  helper_person text,
  village text not null,
  household uuid,
  duty text not null,
  since date not null,
  until date,
  created_by text,
  created_at timestamp with time zone not null,
  constraint pairing_pkey PRIMARY KEY (county, id),
  constraint pairing_helper_kind_check CHECK ((helper_kind = ANY (ARRAY['branch'::text, 'firm'::text, 'shop'::text, 'secretary'::text]))),
  constraint pairing_village_check CHECK ((village ~ '^\d{12}$'::text))
);
CREATE INDEX pairing_village ON registry.pairing USING btree (county, village);

create table registry.region (
  code text not null,
  level smallint not null,
  name text not null,
  full_name text not null,
  pinyin text not null,
  parent text,
  longitude real,
  latitude real,
  constraint region_pkey PRIMARY KEY (code),
  constraint region_code_check CHECK ((code ~ '^\d{12}$'::text)),
  constraint region_level_check CHECK (((level >= 1) AND (level <= 5)))
);
CREATE INDEX region_parent ON registry.region USING btree (parent);

create view registry.household_facts with (security_invoker=true) as
 SELECT county,
    id AS household,
    code,
    village,
    category,
    state
   FROM registry.household;

create view registry.household_people with (security_invoker=true) as
 SELECT county,
    id AS household,
    village,
    category,
    state,
    changed_at,
    (( SELECT count(*) AS count
           FROM registry.household_member m
          WHERE ((m.county = h.county) AND (m.household = h.id))))::integer AS persons
   FROM registry.household h;

create view registry.household_pointer with (security_invoker=true) as
 SELECT county,
    id AS household,
    merged_into AS into_household
   FROM registry.household
  WHERE (merged_into IS NOT NULL);

create schema trace;

create table trace.aggregation (
  county integer not null,
  id uuid not null,
  unit uuid not null,
  act text not null,
  reason text,
  by_person text not null,
  at timestamp with time zone not null,
  constraint aggregation_pkey PRIMARY KEY (county, id),
  constraint aggregation_county_unit_fkey FOREIGN KEY (county, unit) REFERENCES trace.logistic_unit(county, id),
  constraint aggregation_act_check CHECK ((act = ANY (ARRAY['add'::text, 'remove'::text])))
);
CREATE INDEX aggregation_unit ON trace.aggregation USING btree (county, unit, at);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON trace.aggregation FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table trace.aggregation_part (
  county integer not null,
  aggregation uuid not null,
  n integer not null,
  lot uuid,
  from_pack integer,
  to_pack integer,
  child uuid,
  constraint aggregation_part_pkey PRIMARY KEY (county, aggregation, n),
  constraint aggregation_part_county_aggregation_fkey FOREIGN KEY (county, aggregation) REFERENCES trace.aggregation(county, id),
  constraint aggregation_part_check CHECK (((lot IS NULL) <> (child IS NULL))),
  constraint aggregation_part_check1 CHECK ((((lot IS NULL) = (from_pack IS NULL)) AND ((lot IS NULL) = (to_pack IS NULL)) AND (to_pack >= from_pack)))
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON trace.aggregation_part FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table trace.certificate (
  county integer not null,
  id uuid not null,
  number text not null,
  lot uuid not null,
  issuer uuid not null,
  issuer_name text not null,
  contact text not null,
  product_name text not null,
  grams bigint not null,
  origin_name text not null,
  statement text not null,
  basis text[] not null,
  rule text not null,
  issued_on date not null,
  by_person text not null,
  at timestamp with time zone not null,
  replaces uuid,
  reason text,
  check_tag text not null default upper(substr(replace((gen_random_uuid())::text, '-'::text, ''::text), 1, 8)),
  constraint certificate_pkey PRIMARY KEY (county, id),
  constraint certificate_county_number_key UNIQUE (county, number),
  constraint certificate_county_lot_fkey FOREIGN KEY (county, lot) REFERENCES trace.lot(county, id),
  constraint certificate_county_replaces_fkey FOREIGN KEY (county, replaces) REFERENCES trace.certificate(county, id),
  constraint certificate_grams_check CHECK ((grams > 0)),
  constraint certificate_reason CHECK (((replaces IS NULL) = (reason IS NULL)))
);
CREATE INDEX certificate_at ON trace.certificate USING btree (county, at);
CREATE UNIQUE INDEX certificate_first ON trace.certificate USING btree (county, lot) WHERE (replaces IS NULL);
CREATE INDEX certificate_issued ON trace.certificate USING btree (county, issued_on);
CREATE INDEX certificate_lot ON trace.certificate USING btree (county, lot);
CREATE UNIQUE INDEX certificate_replaces ON trace.certificate USING btree (county, replaces) WHERE (replaces IS NOT NULL);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON trace.certificate FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table trace.certificate_report (
  county integer not null,
  certificate uuid not null,
  report uuid not null,
  constraint certificate_report_pkey PRIMARY KEY (county, certificate, report),
  constraint certificate_report_county_certificate_fkey FOREIGN KEY (county, certificate) REFERENCES trace.certificate(county, id),
  constraint certificate_report_county_report_fkey FOREIGN KEY (county, report) REFERENCES trace.test_report(county, id)
);
CREATE INDEX certificate_report_report ON trace.certificate_report USING btree (county, report);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON trace.certificate_report FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table trace.code_alert (
  county integer not null,
  id uuid not null,
  kind text not null,
  lot uuid not null,
  pack integer not null,
  state text not null,
  verdict text,
  scans integer not null,
  provinces text[] not null,
  first_at timestamp with time zone not null,
  last_at timestamp with time zone not null,
  constraint code_alert_pkey PRIMARY KEY (county, id),
  constraint code_alert_county_lot_fkey FOREIGN KEY (county, lot) REFERENCES trace.lot(county, id),
  constraint code_alert_check CHECK (((state = 'closed'::text) = (verdict IS NOT NULL))),
  constraint code_alert_kind_check CHECK ((kind = ANY (ARRAY['copied'::text, 'often'::text, 'never_packed'::text, 'withdrawn'::text, 'not_stocked'::text, 'recalled'::text, 'guessed'::text]))),
  constraint code_alert_pack_check CHECK ((pack >= 0)),
  constraint code_alert_scans_check CHECK ((scans > 0)),
  constraint code_alert_state_check CHECK ((state = ANY (ARRAY['open'::text, 'looked_at'::text, 'closed'::text]))),
  constraint code_alert_verdict_check CHECK ((verdict = ANY (ARRAY['harmless'::text, 'confirmed'::text])))
);
CREATE UNIQUE INDEX code_alert_one ON trace.code_alert USING btree (county, lot, kind, pack) WHERE (state <> 'closed'::text);
CREATE INDEX code_alert_pack ON trace.code_alert USING btree (county, lot, pack);
CREATE INDEX code_alert_state ON trace.code_alert USING btree (county, state, last_at);

create table trace.code_alert_move (
  county integer not null,
  id uuid not null,
  alert uuid not null,
  from_state text not null,
  to_state text not null,
  reason text,
  by_person text not null,
  at timestamp with time zone not null,
  constraint code_alert_move_pkey PRIMARY KEY (county, id),
  constraint code_alert_move_county_alert_fkey FOREIGN KEY (county, alert) REFERENCES trace.code_alert(county, id)
);
CREATE INDEX code_alert_move_alert ON trace.code_alert_move USING btree (county, alert, at);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON trace.code_alert_move FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table trace.code_change (
  county integer not null,
  changes bigint not null,
  constraint code_change_pkey PRIMARY KEY (county),
  constraint code_change_changes_check CHECK ((changes > 0))
);

create table trace.code_key (
  county integer not null,
  version integer not null,
  reason text not null,
  by_person text not null,
  at timestamp with time zone not null,
  constraint code_key_pkey PRIMARY KEY (county, version),
  constraint code_key_version_check CHECK ((version > 1))
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON trace.code_key FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table trace.code_range (
  county integer not null,
  lot uuid not null,
  gtin text not null,
  lot_number text not null,
  packs integer not null,
  key_version integer not null,
  created_at timestamp with time zone not null,
  constraint code_range_pkey PRIMARY KEY (county, lot),
  constraint code_range_county_gtin_lot_number_key UNIQUE (county, gtin, lot_number),
  constraint code_range_county_lot_fkey FOREIGN KEY (county, lot) REFERENCES trace.lot(county, id),
  constraint code_range_packs_check CHECK ((packs > 0))
);

create table trace.code_reissue (
  county integer not null,
  lot uuid not null,
  key_version integer not null,
  from_pack integer not null,
  reason text not null,
  by_person text not null,
  at timestamp with time zone not null,
  constraint code_reissue_pkey PRIMARY KEY (county, lot, key_version),
  constraint code_reissue_county_lot_fkey FOREIGN KEY (county, lot) REFERENCES trace.code_range(county, lot),
  constraint code_reissue_from_pack_check CHECK ((from_pack > 0))
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON trace.code_reissue FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table trace.company_prefix (
  prefix text not null,
  county integer not null,
  org uuid not null,
  by_person text not null,
  at timestamp with time zone not null,
  constraint company_prefix_pkey PRIMARY KEY (prefix),
  constraint company_prefix_prefix_check CHECK ((prefix ~ '^\d{6,12}$'::text))
);
CREATE INDEX company_prefix_org ON trace.company_prefix USING btree (county, org);

create table trace.device (
  county integer not null,
  id uuid not null,
  station uuid,
  person text not null,
  letters text not null,
  name text not null,
  created_at timestamp with time zone not null,
  recovered_at timestamp with time zone,
  revoked_at timestamp with time zone,
  revoked_by text,
  revoked_why text,
  constraint device_pkey PRIMARY KEY (county, id),
  constraint device_county_letters_key UNIQUE (county, letters),
  constraint device_county_station_fkey FOREIGN KEY (county, station) REFERENCES registry.organisation(county, id),
  constraint device_check CHECK (((revoked_at IS NULL) = (revoked_by IS NULL))),
  constraint device_letters_check CHECK ((letters ~ '^[A-Z]{1,4}$'::text))
);
CREATE INDEX device_person ON trace.device USING btree (county, person);

create table trace.dispute_move (
  county integer not null,
  id uuid not null,
  dispute uuid not null,
  village text not null,
  from_state text,
  to_state text not null,
  words text not null,
  by_person text not null,
  at timestamp with time zone not null,
  constraint dispute_move_pkey PRIMARY KEY (county, id),
  constraint dispute_move_county_dispute_fkey FOREIGN KEY (county, dispute) REFERENCES trace.sale_dispute(county, id),
  constraint dispute_move_village_check CHECK ((village ~ '^\d{12}$'::text))
);
CREATE INDEX dispute_move_dispute ON trace.dispute_move USING btree (county, dispute, at);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON trace.dispute_move FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();
alter table trace.dispute_move enable row level security;
alter table trace.dispute_move force row level security;
create policy scope on trace.dispute_move as permissive for all to public using (((current_setting('app.scope'::text, true) = 'all'::text) OR starts_with(village, NULLIF(current_setting('app.scope'::text, true), ''::text))));

create table trace.epcis_capture (
  county integer not null,
  id uuid not null,
  org uuid not null,
  by_person text not null,
  behaviour text not null,
  document jsonb,
  events integer not null,
  captured integer not null default 0,
  errors jsonb not null default '[]'::jsonb,
  created_at timestamp with time zone not null,
  finished_at timestamp with time zone,
  constraint epcis_capture_pkey PRIMARY KEY (county, id),
  constraint epcis_capture_behaviour_check CHECK ((behaviour = ANY (ARRAY['rollback'::text, 'proceed'::text]))),
  constraint epcis_capture_check CHECK (((captured >= 0) AND (captured <= events))),
  constraint epcis_capture_check1 CHECK (((document IS NULL) = (finished_at IS NOT NULL))),
  constraint epcis_capture_events_check CHECK ((events >= 0))
);
CREATE INDEX epcis_capture_created ON trace.epcis_capture USING btree (county, created_at, id);

create table trace.epcis_event (
  county integer not null,
  id uuid not null,
  event_id text not null,
  declared text not null,
  hash text not null,
  type text not null,
  action text,
  event_time timestamp with time zone not null,
  record_time timestamp with time zone not null,
  document jsonb not null,
  prefixes jsonb not null,
  fact text,
  capture uuid,
  org uuid,
  station uuid,
  by_person text not null,
  seq bigint not null,
  constraint epcis_event_pkey PRIMARY KEY (county, id),
  constraint epcis_event_county_event_id_org_declared_key UNIQUE NULLS NOT DISTINCT (county, event_id, org, declared),
  constraint epcis_event_county_fact_key UNIQUE (county, fact),
  constraint epcis_event_county_capture_fkey FOREIGN KEY (county, capture) REFERENCES trace.epcis_capture(county, id),
  constraint epcis_event_action_check CHECK ((action = ANY (ARRAY['ADD'::text, 'OBSERVE'::text, 'DELETE'::text])))
);
CREATE INDEX epcis_event_capture ON trace.epcis_event USING btree (county, capture) WHERE (capture IS NOT NULL);
CREATE INDEX epcis_event_recorded ON trace.epcis_event USING btree (county, record_time, id);
CREATE UNIQUE INDEX epcis_event_seq ON trace.epcis_event USING btree (county, seq);
CREATE INDEX epcis_event_time ON trace.epcis_event USING btree (county, event_time, id);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON trace.epcis_event FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table trace.epcis_place (
  county integer not null,
  parent text not null,
  child text not null,
  constraint epcis_place_pkey PRIMARY KEY (county, parent, child)
);

create table trace.epcis_query (
  county integer not null,
  name text not null,
  query jsonb not null,
  by_person text not null,
  created_at timestamp with time zone not null,
  constraint epcis_query_pkey PRIMARY KEY (county, name),
  constraint epcis_query_name_check CHECK (((length(name) >= 1) AND (length(name) <= 60)))
);

create table trace.epcis_seq (
  county integer not null,
  last bigint not null,
  recorded_at timestamp with time zone not null,
  constraint epcis_seq_pkey PRIMARY KEY (county),
  constraint epcis_seq_last_check CHECK ((last > 0))
);

create table trace.epcis_subscription (
  county integer not null,
  id uuid not null,
  query text not null,
  dest text not null,
  token_sealed bytea,
  schedule jsonb,
  report_if_empty boolean not null,
  epc_format text not null,
  initial_record_time timestamp with time zone not null,
  told_until timestamp with time zone not null,
  next_at timestamp with time zone not null,
  last_notified_at timestamp with time zone,
  failures integer not null,
  why text,
  by_person text not null,
  created_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  ended_because text,
  paused_at timestamp with time zone,
  told_seq bigint not null,
  constraint epcis_subscription_pkey PRIMARY KEY (county, id),
  constraint epcis_subscription_check CHECK (((ended_at IS NULL) = (ended_because IS NULL))),
  constraint epcis_subscription_ended_because_check CHECK ((ended_because = ANY (ARRAY['removed'::text, 'query-removed'::text, 'unanswered'::text, 'no-right'::text]))),
  constraint epcis_subscription_epc_format_check CHECK ((epc_format = ANY (ARRAY['No_Preference'::text, 'Always_GS1_Digital_Link'::text, 'Never_Translates'::text]))),
  constraint epcis_subscription_failures_check CHECK ((failures >= 0))
);
CREATE INDEX epcis_subscription_due ON trace.epcis_subscription USING btree (county, next_at) WHERE (ended_at IS NULL);
CREATE INDEX epcis_subscription_query ON trace.epcis_subscription USING btree (county, query) WHERE (ended_at IS NULL);

create table trace.epcis_subscription_move (
  county integer not null,
  id uuid not null,
  subscription uuid not null,
  to_state text not null,
  why text not null,
  by_county boolean not null,
  by_person text not null,
  at timestamp with time zone not null,
  constraint epcis_subscription_move_pkey PRIMARY KEY (county, id),
  constraint epcis_subscription_move_county_subscription_fkey FOREIGN KEY (county, subscription) REFERENCES trace.epcis_subscription(county, id),
  constraint epcis_subscription_move_to_state_check CHECK ((to_state = ANY (ARRAY['running'::text, 'paused'::text, 'ended'::text])))
);
CREATE INDEX epcis_subscription_move_of ON trace.epcis_subscription_move USING btree (county, subscription, at);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON trace.epcis_subscription_move FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table trace.epcis_term (
  county integer not null,
  event uuid not null,
  field text not null,
  value text not null,
  number double precision,
  constraint epcis_term_pkey PRIMARY KEY (county, event, field, value),
  constraint epcis_term_county_event_fkey FOREIGN KEY (county, event) REFERENCES trace.epcis_event(county, id)
);
CREATE INDEX epcis_term_number ON trace.epcis_term USING btree (county, field, number, event) WHERE (number IS NOT NULL);
CREATE INDEX epcis_term_value ON trace.epcis_term USING btree (county, value, field, event);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON trace.epcis_term FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table trace.epcis_told (
  county integer not null,
  kind text not null,
  until timestamp with time zone not null,
  constraint epcis_told_pkey PRIMARY KEY (county, kind)
);

create table trace.logistic_unit (
  county integer not null,
  id uuid not null,
  sscc text not null,
  org uuid not null,
  kind text not null,
  parent uuid,
  created_by text not null,
  created_at timestamp with time zone not null,
  constraint logistic_unit_pkey PRIMARY KEY (county, id),
  constraint logistic_unit_county_sscc_key UNIQUE (county, sscc),
  constraint logistic_unit_county_org_fkey FOREIGN KEY (county, org) REFERENCES registry.organisation(county, id),
  constraint logistic_unit_county_parent_fkey FOREIGN KEY (county, parent) REFERENCES trace.logistic_unit(county, id),
  constraint logistic_unit_check CHECK ((parent <> id)),
  constraint logistic_unit_kind_check CHECK ((kind = ANY (ARRAY['case'::text, 'pallet'::text]))),
  constraint logistic_unit_sscc_check CHECK ((sscc ~ '^\d{18}$'::text))
);
CREATE INDEX logistic_unit_org ON trace.logistic_unit USING btree (county, org, created_at);
CREATE INDEX logistic_unit_parent ON trace.logistic_unit USING btree (county, parent) WHERE (parent IS NOT NULL);

create table trace.lot (
  county integer not null,
  id uuid not null,
  number text not null,
  kind text not null,
  org uuid not null,
  station uuid not null,
  crop text not null,
  grade text not null,
  sku uuid,
  village text not null,
  harvested_from date not null,
  harvested_to date not null,
  made_on date not null,
  expires_on date not null,
  grams_in bigint not null,
  grams_on_hand bigint not null,
  household_fen bigint not null,
  packs integer,
  pack_grams integer,
  state text not null,
  created_by text not null,
  created_at timestamp with time zone not null,
  in_transit boolean not null default false,
  constraint lot_pkey PRIMARY KEY (county, id),
  constraint lot_county_number_key UNIQUE (county, number),
  constraint lot_county_org_fkey FOREIGN KEY (county, org) REFERENCES registry.organisation(county, id),
  constraint lot_county_sku_fkey FOREIGN KEY (county, sku) REFERENCES catalog.sku(county, id),
  constraint lot_check CHECK (((kind = 'packed'::text) = ((sku IS NOT NULL) AND (packs IS NOT NULL) AND (pack_grams IS NOT NULL)))),
  constraint lot_check1 CHECK ((grams_on_hand <= grams_in)),
  constraint lot_grams_in_check CHECK ((grams_in >= 0)),
  constraint lot_grams_on_hand_check CHECK ((grams_on_hand >= 0)),
  constraint lot_household_fen_check CHECK ((household_fen >= 0)),
  constraint lot_kind_check CHECK ((kind = ANY (ARRAY['raw'::text, 'packed'::text]))),
  constraint lot_state_check CHECK ((state = ANY (ARRAY['open'::text, 'closed'::text, 'recalled'::text])))
);
CREATE INDEX lot_open ON trace.lot USING btree (county, org, kind, state, expires_on);
CREATE UNIQUE INDEX lot_raw_of_day ON trace.lot USING btree (county, station, org, crop, grade, made_on) WHERE ((kind = 'raw'::text) AND (state = 'open'::text));
CREATE INDEX lot_sku ON trace.lot USING btree (county, sku) WHERE (sku IS NOT NULL);

create table trace.lot_movement (
  county integer not null,
  id uuid not null,
  lot uuid not null,
  kind text not null,
  grams bigint not null,
  evidence_kind text not null,
  evidence uuid not null,
  by_person text not null,
  at timestamp with time zone not null,
  constraint lot_movement_pkey PRIMARY KEY (county, id),
  constraint lot_movement_county_lot_fkey FOREIGN KEY (county, lot) REFERENCES trace.lot(county, id),
  constraint lot_movement_grams_check CHECK ((grams <> 0)),
  constraint lot_movement_kind_check CHECK ((kind = ANY (ARRAY['purchase'::text, 'reversal'::text, 'taken'::text, 'made'::text, 'loss'::text, 'stocked'::text, 'given_back'::text, 'unmade'::text, 'packed_from'::text, 'packed_into'::text])))
);
CREATE INDEX lot_movement_lot ON trace.lot_movement USING btree (county, lot, at);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON trace.lot_movement FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table trace.lot_source (
  county integer not null,
  lot uuid not null,
  purchase uuid not null,
  household uuid not null,
  village text not null,
  grams bigint not null,
  fen bigint not null,
  taken_grams bigint not null,
  taken_fen bigint not null,
  constraint lot_source_pkey PRIMARY KEY (county, lot, purchase),
  constraint lot_source_county_lot_fkey FOREIGN KEY (county, lot) REFERENCES trace.lot(county, id),
  constraint lot_source_county_purchase_fkey FOREIGN KEY (county, purchase) REFERENCES trace.purchase(county, id),
  constraint lot_source_check CHECK (((taken_grams >= 0) AND (taken_grams <= grams))),
  constraint lot_source_check1 CHECK (((taken_fen >= 0) AND (taken_fen <= fen))),
  constraint lot_source_fen_check CHECK ((fen >= 0)),
  constraint lot_source_grams_check CHECK ((grams >= 0))
);
CREATE INDEX lot_source_household ON trace.lot_source USING btree (county, household);
alter table trace.lot_source enable row level security;
alter table trace.lot_source force row level security;
create policy scope on trace.lot_source as permissive for all to public using (((current_setting('app.scope'::text, true) = 'all'::text) OR starts_with(village, NULLIF(current_setting('app.scope'::text, true), ''::text))));

create table trace.note_conflict (
  county integer not null,
  id uuid not null,
  purchase uuid not null,
  kind text not null,
  detail jsonb not null,
  village text not null,
  station uuid not null,
  state text not null,
  opened_at timestamp with time zone not null,
  decided_at timestamp with time zone,
  decided_by text,
  reason text,
  constraint note_conflict_pkey PRIMARY KEY (county, id),
  constraint note_conflict_county_purchase_kind_key UNIQUE (county, purchase, kind),
  constraint note_conflict_county_purchase_fkey FOREIGN KEY (county, purchase) REFERENCES trace.purchase(county, id),
  constraint note_conflict_check CHECK (((state = 'open'::text) = (decided_at IS NULL))),
  constraint note_conflict_check1 CHECK (((decided_at IS NULL) = (decided_by IS NULL))),
  constraint note_conflict_state_check CHECK ((state = ANY (ARRAY['open'::text, 'confirmed'::text, 'reversed'::text]))),
  constraint note_conflict_village_check CHECK ((village ~ '^\d{12}$'::text))
);
CREATE INDEX note_conflict_open ON trace.note_conflict USING btree (county, state, opened_at);
alter table trace.note_conflict enable row level security;
alter table trace.note_conflict force row level security;
create policy scope on trace.note_conflict as permissive for all to public using (((current_setting('app.scope'::text, true) = 'all'::text) OR starts_with(village, NULLIF(current_setting('app.scope'::text, true), ''::text))));

create table trace.offline_note (
  county integer not null,
  id uuid not null,
  device uuid not null,
  number text not null,
  kind text not null,
  village text not null,
  said jsonb not null,
  written_at timestamp with time zone not null,
  noted_at timestamp with time zone not null,
  received_at timestamp with time zone not null,
  by_person text not null,
  state text not null,
  code text,
  detail jsonb,
  notices text[] not null,
  constraint offline_note_pkey PRIMARY KEY (county, id),
  constraint offline_note_county_device_fkey FOREIGN KEY (county, device) REFERENCES trace.device(county, id),
  constraint offline_note_check CHECK (((state = 'refused'::text) = (code IS NOT NULL))),
  constraint offline_note_kind_check CHECK ((kind = ANY (ARRAY['purchase'::text, 'reversal'::text]))),
  constraint offline_note_state_check CHECK ((state = ANY (ARRAY['accepted'::text, 'refused'::text]))),
  constraint offline_note_village_check CHECK ((village ~ '^\d{12}$'::text))
);
CREATE UNIQUE INDEX offline_note_number ON trace.offline_note USING btree (county, device, number) WHERE (state = 'accepted'::text);
CREATE INDEX offline_note_received ON trace.offline_note USING btree (county, received_at);
alter table trace.offline_note enable row level security;
alter table trace.offline_note force row level security;
create policy scope on trace.offline_note as permissive for all to public using (((current_setting('app.scope'::text, true) = 'all'::text) OR starts_with(village, NULLIF(current_setting('app.scope'::text, true), ''::text))));

create table trace.operation (
  county integer not null,
  id uuid not null,
  kind text not null,
  org uuid not null,
  place text not null,
  loss_grams bigint not null,
  note text,
  by_person text not null,
  at timestamp with time zone not null,
  loss_fen bigint not null default 0,
  process text,
  reverses uuid,
  constraint operation_pkey PRIMARY KEY (county, id),
  constraint operation_county_reverses_fkey FOREIGN KEY (county, reverses) REFERENCES trace.operation(county, id),
  constraint operation_kind_check CHECK ((kind = ANY (ARRAY['grade'::text, 'mix'::text, 'split'::text, 'process'::text, 'move'::text, 'receive'::text, 'lose'::text, 'pack'::text, 'undo'::text]))),
  constraint operation_process CHECK (((kind = 'process'::text) = (process IS NOT NULL))),
  constraint operation_undo CHECK ((((kind = 'undo'::text) = (reverses IS NOT NULL)) AND ((kind = 'undo'::text) OR ((loss_grams >= 0) AND (loss_fen >= 0))) AND ((kind <> 'undo'::text) OR ((loss_grams <= 0) AND (loss_fen <= 0)))))
);
CREATE INDEX operation_at ON trace.operation USING btree (county, at);
CREATE UNIQUE INDEX operation_reverses ON trace.operation USING btree (county, reverses) WHERE (reverses IS NOT NULL);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON trace.operation FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table trace.operation_lot (
  county integer not null,
  operation uuid not null,
  lot uuid not null,
  side text not null,
  grams bigint not null,
  fen bigint not null,
  constraint operation_lot_pkey PRIMARY KEY (county, operation, lot, side),
  constraint operation_lot_county_lot_fkey FOREIGN KEY (county, lot) REFERENCES trace.lot(county, id),
  constraint operation_lot_county_operation_fkey FOREIGN KEY (county, operation) REFERENCES trace.operation(county, id),
  constraint operation_lot_fen_check CHECK ((fen >= 0)),
  constraint operation_lot_grams_check CHECK ((grams > 0)),
  constraint operation_lot_side_check CHECK ((side = ANY (ARRAY['in'::text, 'out'::text])))
);
CREATE INDEX operation_lot_lot ON trace.operation_lot USING btree (county, lot);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON trace.operation_lot FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table trace.operation_photo (
  county integer not null,
  id uuid not null,
  operation uuid not null,
  sha256 text not null,
  width integer not null,
  height integer not null,
  by_person text not null,
  at timestamp with time zone not null,
  constraint operation_photo_pkey PRIMARY KEY (county, id),
  constraint operation_photo_county_operation_fkey FOREIGN KEY (county, operation) REFERENCES trace.operation(county, id)
);
CREATE INDEX operation_photo_operation ON trace.operation_photo USING btree (county, operation);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON trace.operation_photo FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table trace.operation_source (
  county integer not null,
  operation uuid not null,
  lot uuid not null,
  purchase uuid not null,
  village text not null,
  grams bigint not null,
  fen bigint not null,
  constraint operation_source_pkey PRIMARY KEY (county, operation, lot, purchase),
  constraint operation_source_county_lot_fkey FOREIGN KEY (county, lot) REFERENCES trace.lot(county, id),
  constraint operation_source_county_operation_fkey FOREIGN KEY (county, operation) REFERENCES trace.operation(county, id),
  constraint operation_source_county_purchase_fkey FOREIGN KEY (county, purchase) REFERENCES trace.purchase(county, id),
  constraint operation_source_fen_check CHECK ((fen >= 0)),
  constraint operation_source_grams_check CHECK ((grams >= 0)),
  constraint operation_source_village_check CHECK ((village ~ '^\d{12}$'::text))
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON trace.operation_source FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();
alter table trace.operation_source enable row level security;
alter table trace.operation_source force row level security;
create policy scope on trace.operation_source as permissive for all to public using (((current_setting('app.scope'::text, true) = 'all'::text) OR starts_with(village, NULLIF(current_setting('app.scope'::text, true), ''::text))));

create table trace.pesticide_rule (
  county integer not null,
  id uuid not null,
  product text not null,
  name_en text not null,
  crop text,
  kind text not null,
  interval_days integer,
  basis text not null,
  by_person text not null,
  at timestamp with time zone not null,
  constraint pesticide_rule_pkey PRIMARY KEY (county, id),
  constraint pesticide_rule_crop_fkey FOREIGN KEY (crop) REFERENCES registry.crop(code),
  constraint pesticide_rule_check CHECK (((kind = 'use'::text) = (interval_days IS NOT NULL))),
  constraint pesticide_rule_check1 CHECK (((kind <> 'use'::text) OR (crop IS NOT NULL))),
  constraint pesticide_rule_interval_days_check CHECK (((interval_days >= 0) AND (interval_days <= 365))),
  constraint pesticide_rule_kind_check CHECK ((kind = ANY (ARRAY['use'::text, 'stop'::text, 'ban'::text])))
);
CREATE INDEX pesticide_rule_product ON trace.pesticide_rule USING btree (county, product, crop, at);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON trace.pesticide_rule FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table trace.plot (
  county integer not null,
  id uuid not null,
  number text not null,
  household uuid,
  org uuid,
  village text not null,
  by_person text not null,
  at timestamp with time zone not null,
  constraint plot_pkey PRIMARY KEY (county, id),
  constraint plot_county_number_key UNIQUE (county, number),
  constraint plot_county_household_fkey FOREIGN KEY (county, household) REFERENCES registry.household(county, id),
  constraint plot_county_org_fkey FOREIGN KEY (county, org) REFERENCES registry.organisation(county, id),
  constraint plot_check CHECK (((household IS NULL) <> (org IS NULL))),
  constraint plot_village_check CHECK ((village ~ '^\d{12}$'::text))
);
CREATE INDEX plot_household ON trace.plot USING btree (county, household) WHERE (household IS NOT NULL);
CREATE INDEX plot_org ON trace.plot USING btree (county, org) WHERE (org IS NOT NULL);
CREATE INDEX plot_village ON trace.plot USING btree (county, village);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON trace.plot FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();
alter table trace.plot enable row level security;
alter table trace.plot force row level security;
create policy scope on trace.plot as permissive for all to public using (((current_setting('app.scope'::text, true) = 'all'::text) OR starts_with(village, NULLIF(current_setting('app.scope'::text, true), ''::text))));

create table trace.plot_end (
  county integer not null,
  plot uuid not null,
  village text not null,
  on_day date not null,
  reason text not null,
  by_person text not null,
  at timestamp with time zone not null,
  constraint plot_end_pkey PRIMARY KEY (county, plot),
  constraint plot_end_county_plot_fkey FOREIGN KEY (county, plot) REFERENCES trace.plot(county, id),
  constraint plot_end_village_check CHECK ((village ~ '^\d{12}$'::text))
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON trace.plot_end FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();
alter table trace.plot_end enable row level security;
alter table trace.plot_end force row level security;
create policy scope on trace.plot_end as permissive for all to public using (((current_setting('app.scope'::text, true) = 'all'::text) OR starts_with(village, NULLIF(current_setting('app.scope'::text, true), ''::text))));

create table trace.plot_photo (
  county integer not null,
  id uuid not null,
  plot uuid not null,
  work uuid not null,
  village text not null,
  sha256 text not null,
  width integer not null,
  height integer not null,
  by_person text not null,
  at timestamp with time zone not null,
  constraint plot_photo_pkey PRIMARY KEY (county, id),
  constraint plot_photo_county_work_fkey FOREIGN KEY (county, work) REFERENCES trace.plot_work(county, id),
  constraint plot_photo_village_check CHECK ((village ~ '^\d{12}$'::text))
);
CREATE INDEX plot_photo_work ON trace.plot_photo USING btree (county, work);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON trace.plot_photo FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();
alter table trace.plot_photo enable row level security;
alter table trace.plot_photo force row level security;
create policy scope on trace.plot_photo as permissive for all to public using (((current_setting('app.scope'::text, true) = 'all'::text) OR starts_with(village, NULLIF(current_setting('app.scope'::text, true), ''::text))));

create table trace.plot_strike (
  county integer not null,
  work uuid not null,
  plot uuid not null,
  village text not null,
  reason text not null,
  by_person text not null,
  at timestamp with time zone not null,
  constraint plot_strike_pkey PRIMARY KEY (county, work),
  constraint plot_strike_county_work_fkey FOREIGN KEY (county, work) REFERENCES trace.plot_work(county, id),
  constraint plot_strike_village_check CHECK ((village ~ '^\d{12}$'::text))
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON trace.plot_strike FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();
alter table trace.plot_strike enable row level security;
alter table trace.plot_strike force row level security;
create policy scope on trace.plot_strike as permissive for all to public using (((current_setting('app.scope'::text, true) = 'all'::text) OR starts_with(village, NULLIF(current_setting('app.scope'::text, true), ''::text))));

create table trace.plot_version (
  county integer not null,
  plot uuid not null,
  version integer not null,
  village text not null,
  name text not null,
  crop text not null,
  area_centimu integer not null,
  trees integer not null,
  boundary jsonb,
  boundary_centimu integer,
  yield_grams bigint not null,
  from_day date not null,
  reason text,
  by_person text not null,
  at timestamp with time zone not null,
  constraint plot_version_pkey PRIMARY KEY (county, plot, version),
  constraint plot_version_county_plot_fkey FOREIGN KEY (county, plot) REFERENCES trace.plot(county, id),
  constraint plot_version_crop_fkey FOREIGN KEY (crop) REFERENCES registry.crop(code),
  constraint plot_version_area_centimu_check CHECK ((area_centimu >= 0)),
  constraint plot_version_boundary_centimu_check CHECK ((boundary_centimu >= 0)),
  constraint plot_version_check CHECK (((area_centimu > 0) OR (trees > 0))),
  constraint plot_version_check1 CHECK (((boundary IS NULL) = (boundary_centimu IS NULL))),
  constraint plot_version_check2 CHECK (((version = 1) = (reason IS NULL))),
  constraint plot_version_trees_check CHECK ((trees >= 0)),
  constraint plot_version_version_check CHECK ((version > 0)),
  constraint plot_version_village_check CHECK ((village ~ '^\d{12}$'::text)),
  constraint plot_version_yield_grams_check CHECK ((yield_grams > 0))
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON trace.plot_version FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();
alter table trace.plot_version enable row level security;
alter table trace.plot_version force row level security;
create policy scope on trace.plot_version as permissive for all to public using (((current_setting('app.scope'::text, true) = 'all'::text) OR starts_with(village, NULLIF(current_setting('app.scope'::text, true), ''::text))));

create table trace.plot_work (
  county integer not null,
  id uuid not null,
  plot uuid not null,
  village text not null,
  kind text not null,
  on_day date not null,
  grams bigint,
  millilitres bigint,
  product text,
  interval_days integer,
  free_on date,
  note text,
  evidence_kind text,
  evidence uuid,
  by_person text not null,
  at timestamp with time zone not null,
  constraint plot_work_pkey PRIMARY KEY (county, id),
  constraint plot_work_county_evidence_fkey FOREIGN KEY (county, evidence) REFERENCES trace.purchase(county, id),
  constraint plot_work_county_plot_fkey FOREIGN KEY (county, plot) REFERENCES trace.plot(county, id),
  constraint plot_work_check CHECK ((num_nulls(product, interval_days, free_on) =
CASE
    WHEN (kind = 'spray'::text) THEN 0
    ELSE 3
END)),
  constraint plot_work_check1 CHECK ((free_on = (on_day + interval_days))),
  constraint plot_work_check2 CHECK (((evidence_kind IS NULL) = (evidence IS NULL))),
  constraint plot_work_check3 CHECK (((evidence IS NULL) OR (kind = 'harvest'::text))),
  constraint plot_work_evidence_kind_check CHECK ((evidence_kind = 'purchase'::text)),
  constraint plot_work_grams_check CHECK ((grams > 0)),
  constraint plot_work_interval_days_check CHECK ((interval_days >= 0)),
  constraint plot_work_kind_check CHECK ((kind = ANY (ARRAY['sow'::text, 'fertilise'::text, 'spray'::text, 'irrigate'::text, 'prune'::text, 'harvest'::text, 'other'::text]))),
  constraint plot_work_millilitres_check CHECK ((millilitres > 0)),
  constraint plot_work_village_check CHECK ((village ~ '^\d{12}$'::text))
);
CREATE INDEX plot_work_at ON trace.plot_work USING btree (county, at);
CREATE UNIQUE INDEX plot_work_evidence ON trace.plot_work USING btree (county, evidence) WHERE (evidence IS NOT NULL);
CREATE INDEX plot_work_plot ON trace.plot_work USING btree (county, plot, on_day);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON trace.plot_work FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();
alter table trace.plot_work enable row level security;
alter table trace.plot_work force row level security;
create policy scope on trace.plot_work as permissive for all to public using (((current_setting('app.scope'::text, true) = 'all'::text) OR starts_with(village, NULLIF(current_setting('app.scope'::text, true), ''::text))));

create table trace.print_job (
  county integer not null,
  id uuid not null,
  lot uuid not null,
  from_pack integer not null,
  to_pack integer not null,
  format text not null,
  size text not null,
  sheet text not null,
  by_person text not null,
  at timestamp with time zone not null,
  constraint print_job_pkey PRIMARY KEY (county, id),
  constraint print_job_county_lot_fkey FOREIGN KEY (county, lot) REFERENCES trace.code_range(county, lot),
  constraint print_job_check CHECK ((to_pack >= from_pack)),
  constraint print_job_format_check CHECK ((format = ANY (ARRAY['csv'::text, 'pdf'::text, 'svg'::text]))),
  constraint print_job_from_pack_check CHECK ((from_pack > 0)),
  constraint print_job_sheet_check CHECK ((sheet = ANY (ARRAY['roll'::text, 'a4'::text])))
);
CREATE INDEX print_job_lot ON trace.print_job USING btree (county, lot, at);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON trace.print_job FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table trace.purchase (
  county integer not null,
  id uuid not null,
  number text not null,
  station uuid not null,
  buyer uuid not null,
  household uuid not null,
  village text not null,
  crop text not null,
  grade text not null,
  grams bigint not null,
  fen_per_kg bigint not null,
  amount_fen bigint not null,
  reference_fen_per_kg bigint,
  paid text not null,
  lot uuid not null,
  day date not null,
  reverses uuid,
  reason text,
  by_person text not null,
  at timestamp with time zone not null,
  plot uuid,
  harvested_on date,
  variety text not null default ''::text,
  constraint purchase_pkey PRIMARY KEY (county, id),
  constraint purchase_county_number_key UNIQUE (county, number),
  constraint purchase_county_reverses_key UNIQUE (county, reverses),
  constraint purchase_county_buyer_fkey FOREIGN KEY (county, buyer) REFERENCES registry.organisation(county, id),
  constraint purchase_county_household_fkey FOREIGN KEY (county, household) REFERENCES registry.household(county, id),
  constraint purchase_county_lot_fkey FOREIGN KEY (county, lot) REFERENCES trace.lot(county, id),
  constraint purchase_county_plot_fkey FOREIGN KEY (county, plot) REFERENCES trace.plot(county, id),
  constraint purchase_county_reverses_fkey FOREIGN KEY (county, reverses) REFERENCES trace.purchase(county, id),
  constraint purchase_county_station_fkey FOREIGN KEY (county, station) REFERENCES registry.organisation(county, id),
  constraint purchase_check CHECK (((reverses IS NULL) = (grams > 0))),
  constraint purchase_check1 CHECK ((sign((grams)::double precision) = sign((amount_fen)::double precision))),
  constraint purchase_fen_per_kg_check CHECK ((fen_per_kg > 0)),
  constraint purchase_grams_check CHECK ((grams <> 0)),
  constraint purchase_paid_check CHECK ((paid = ANY (ARRAY['cash'::text, 'transfer'::text, 'later'::text]))),
  constraint purchase_village_check CHECK ((village ~ '^\d{12}$'::text))
);
CREATE INDEX purchase_buyer ON trace.purchase USING btree (county, buyer, day);
CREATE INDEX purchase_day ON trace.purchase USING btree (county, day, station);
CREATE INDEX purchase_household ON trace.purchase USING btree (county, household, crop, day);
CREATE INDEX purchase_lot ON trace.purchase USING btree (county, lot);
CREATE INDEX purchase_village ON trace.purchase USING btree (county, village, crop);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON trace.purchase FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();
alter table trace.purchase enable row level security;
alter table trace.purchase force row level security;
create policy scope on trace.purchase as permissive for all to public using (((current_setting('app.scope'::text, true) = 'all'::text) OR starts_with(village, NULLIF(current_setting('app.scope'::text, true), ''::text))));

create table trace.recall (
  county integer not null,
  id uuid not null,
  number text not null,
  lot uuid not null,
  reach text not null,
  reason text not null,
  advice text not null,
  unshipped text not null,
  state text not null,
  report text,
  by_person text not null,
  at timestamp with time zone not null,
  constraint recall_pkey PRIMARY KEY (county, id),
  constraint recall_county_number_key UNIQUE (county, number),
  constraint recall_county_lot_fkey FOREIGN KEY (county, lot) REFERENCES trace.lot(county, id),
  constraint recall_reach_check CHECK ((reach = ANY (ARRAY['descendants'::text, 'lot'::text]))),
  constraint recall_state_check CHECK ((state = ANY (ARRAY['declared'::text, 'stopped'::text, 'informed'::text, 'closed'::text, 'lifted'::text]))),
  constraint recall_unshipped_check CHECK ((unshipped = ANY (ARRAY['refund'::text, 'hold'::text])))
);

create table trace.recall_lot (
  county integer not null,
  recall uuid not null,
  lot uuid not null,
  was_state text not null,
  grams_on_hand bigint not null,
  constraint recall_lot_pkey PRIMARY KEY (county, recall, lot),
  constraint recall_lot_county_lot_fkey FOREIGN KEY (county, lot) REFERENCES trace.lot(county, id),
  constraint recall_lot_county_recall_fkey FOREIGN KEY (county, recall) REFERENCES trace.recall(county, id),
  constraint recall_lot_was_state_check CHECK ((was_state = ANY (ARRAY['open'::text, 'closed'::text, 'recalled'::text])))
);
CREATE INDEX recall_lot_lot ON trace.recall_lot USING btree (county, lot);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON trace.recall_lot FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table trace.recall_move (
  county integer not null,
  id uuid not null,
  recall uuid not null,
  from_state text,
  to_state text not null,
  note text,
  by_person text not null,
  at timestamp with time zone not null,
  constraint recall_move_pkey PRIMARY KEY (county, id),
  constraint recall_move_county_recall_fkey FOREIGN KEY (county, recall) REFERENCES trace.recall(county, id)
);
CREATE INDEX recall_move_recall ON trace.recall_move USING btree (county, recall, at);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON trace.recall_move FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table trace.received_certificate (
  county integer not null,
  id uuid not null,
  buyer uuid not null,
  seller_kind text not null,
  seller_name text not null,
  seller_code text,
  crop text not null,
  grams bigint not null,
  bought_on date not null,
  number text,
  issued_on date,
  issued_here boolean not null,
  file text,
  kept_until date not null,
  by_person text not null,
  at timestamp with time zone not null,
  constraint received_certificate_pkey PRIMARY KEY (county, id),
  constraint received_certificate_county_buyer_fkey FOREIGN KEY (county, buyer) REFERENCES registry.organisation(county, id),
  constraint received_certificate_crop_fkey FOREIGN KEY (crop) REFERENCES registry.crop(code),
  constraint received_certificate_check CHECK (((number IS NULL) = (issued_on IS NULL))),
  constraint received_certificate_check1 CHECK (((number IS NOT NULL) OR (NOT issued_here))),
  constraint received_certificate_check2 CHECK ((kept_until > bought_on)),
  constraint received_certificate_grams_check CHECK ((grams > 0)),
  constraint received_certificate_seller_kind_check CHECK ((seller_kind = ANY (ARRAY['enterprise'::text, 'cooperative'::text, 'buyer'::text, 'household'::text])))
);
CREATE INDEX received_certificate_kept ON trace.received_certificate USING btree (county, kept_until);
CREATE INDEX received_certificate_number ON trace.received_certificate USING btree (county, number) WHERE (number IS NOT NULL);
CREATE TRIGGER append_only BEFORE UPDATE ON trace.received_certificate FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table trace.report_withdrawal (
  county integer not null,
  report uuid not null,
  reason text not null,
  by_person text not null,
  at timestamp with time zone not null,
  constraint report_withdrawal_pkey PRIMARY KEY (county, report),
  constraint report_withdrawal_county_report_fkey FOREIGN KEY (county, report) REFERENCES trace.test_report(county, id)
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON trace.report_withdrawal FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table trace.sale_dispute (
  county integer not null,
  id uuid not null,
  purchase uuid not null,
  household uuid not null,
  village text not null,
  kind text not null,
  claimed_grams bigint,
  words text not null,
  state text not null,
  due_at timestamp with time zone not null,
  reversal uuid,
  by_person text not null,
  at timestamp with time zone not null,
  closed_at timestamp with time zone,
  constraint sale_dispute_pkey PRIMARY KEY (county, id),
  constraint sale_dispute_county_household_fkey FOREIGN KEY (county, household) REFERENCES registry.household(county, id),
  constraint sale_dispute_county_purchase_fkey FOREIGN KEY (county, purchase) REFERENCES trace.purchase(county, id),
  constraint sale_dispute_county_reversal_fkey FOREIGN KEY (county, reversal) REFERENCES trace.purchase(county, id),
  constraint sale_dispute_check CHECK (((claimed_grams IS NOT NULL) = (kind = 'wrong_weight'::text))),
  constraint sale_dispute_claimed_grams_check CHECK ((claimed_grams >= 0)),
  constraint sale_dispute_kind_check CHECK ((kind = ANY (ARRAY['not_mine'::text, 'wrong_weight'::text, 'not_paid'::text]))),
  constraint sale_dispute_state_check CHECK ((state = ANY (ARRAY['open'::text, 'answered'::text, 'upheld'::text, 'rejected'::text, 'withdrawn'::text]))),
  constraint sale_dispute_village_check CHECK ((village ~ '^\d{12}$'::text))
);
CREATE INDEX sale_dispute_household ON trace.sale_dispute USING btree (county, household);
CREATE UNIQUE INDEX sale_dispute_open ON trace.sale_dispute USING btree (county, purchase) WHERE (state = ANY (ARRAY['open'::text, 'answered'::text]));
CREATE INDEX sale_dispute_state ON trace.sale_dispute USING btree (county, state, due_at);
alter table trace.sale_dispute enable row level security;
alter table trace.sale_dispute force row level security;
create policy scope on trace.sale_dispute as permissive for all to public using (((current_setting('app.scope'::text, true) = 'all'::text) OR starts_with(village, NULLIF(current_setting('app.scope'::text, true), ''::text))));

create table trace.scan (
  county integer not null,
  lot uuid not null,
  pack integer not null,
  scans integer not null,
  first_at timestamp with time zone not null,
  last_at timestamp with time zone not null,
  visitor text,
  constraint scan_pkey PRIMARY KEY (county, lot, pack),
  constraint scan_county_lot_fkey FOREIGN KEY (county, lot) REFERENCES trace.lot(county, id),
  constraint scan_scans_check CHECK ((scans > 0))
);
CREATE INDEX scan_visitor ON trace.scan USING btree (county, last_at) WHERE (visitor IS NOT NULL);

create table trace.scan_place (
  county integer not null,
  lot uuid not null,
  pack integer not null,
  province text not null,
  scans integer not null,
  visitor text,
  first_at timestamp with time zone not null,
  last_at timestamp with time zone not null,
  constraint scan_place_pkey PRIMARY KEY (county, lot, pack, province),
  constraint scan_place_county_lot_fkey FOREIGN KEY (county, lot) REFERENCES trace.lot(county, id),
  constraint scan_place_province_check CHECK ((province ~ '^\d{2}$'::text)),
  constraint scan_place_scans_check CHECK ((scans > 0))
);
CREATE INDEX scan_place_visitor ON trace.scan_place USING btree (county, last_at) WHERE (visitor IS NOT NULL);

create table trace.scan_rule (
  county integer not null,
  version integer not null,
  provinces integer not null,
  scans integer not null,
  days integer not null,
  often integer not null,
  name text not null,
  by_person text not null,
  at timestamp with time zone not null,
  constraint scan_rule_pkey PRIMARY KEY (county, version),
  constraint scan_rule_days_check CHECK (((days >= 1) AND (days <= 730))),
  constraint scan_rule_often_check CHECK (((often >= 2) AND (often <= 100000))),
  constraint scan_rule_provinces_check CHECK (((provinces >= 2) AND (provinces <= 34))),
  constraint scan_rule_scans_check CHECK (((scans >= 2) AND (scans <= 1000))),
  constraint scan_rule_version_check CHECK ((version > 0))
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON trace.scan_rule FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table trace.test_item (
  county integer not null,
  report uuid not null,
  n integer not null,
  name text not null,
  unit text not null,
  most numeric(15,6),
  measured numeric(15,6),
  passed boolean not null,
  constraint test_item_pkey PRIMARY KEY (county, report, n),
  constraint test_item_county_report_fkey FOREIGN KEY (county, report) REFERENCES trace.test_report(county, id),
  constraint test_item_measured_check CHECK ((measured >= (0)::numeric)),
  constraint test_item_most_check CHECK ((most >= (0)::numeric))
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON trace.test_item FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table trace.test_report (
  county integer not null,
  id uuid not null,
  kind text not null,
  number text not null,
  lab text not null,
  cma text,
  lot uuid not null,
  sampled_on date not null,
  issued_on date not null,
  file text,
  passed boolean not null,
  recall uuid,
  by_person text not null,
  at timestamp with time zone not null,
  constraint test_report_pkey PRIMARY KEY (county, id),
  constraint test_report_county_lab_number_key UNIQUE (county, lab, number),
  constraint test_report_county_lot_fkey FOREIGN KEY (county, lot) REFERENCES trace.lot(county, id),
  constraint test_report_county_recall_fkey FOREIGN KEY (county, recall) REFERENCES trace.recall(county, id),
  constraint test_report_check CHECK ((issued_on >= sampled_on)),
  constraint test_report_check1 CHECK (((cma IS NOT NULL) = (kind = 'outside_test'::text))),
  constraint test_report_kind_check CHECK ((kind = ANY (ARRAY['own_test'::text, 'outside_test'::text])))
);
CREATE INDEX test_report_lot ON trace.test_report USING btree (county, lot);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON trace.test_report FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table trace.unit_content (
  county integer not null,
  unit uuid not null,
  lot uuid not null,
  from_pack integer not null,
  to_pack integer not null,
  constraint unit_content_pkey PRIMARY KEY (county, lot, from_pack),
  constraint unit_content_county_lot_fkey FOREIGN KEY (county, lot) REFERENCES trace.code_range(county, lot),
  constraint unit_content_county_unit_fkey FOREIGN KEY (county, unit) REFERENCES trace.logistic_unit(county, id),
  constraint unit_content_check CHECK ((to_pack >= from_pack)),
  constraint unit_content_from_pack_check CHECK ((from_pack > 0))
);
CREATE INDEX unit_content_unit ON trace.unit_content USING btree (county, unit);

create table trace.yield_bound (
  county integer not null,
  id uuid not null,
  warn_bp integer not null,
  block_bp integer not null,
  basis text not null,
  by_person text not null,
  at timestamp with time zone not null,
  constraint yield_bound_pkey PRIMARY KEY (county, id),
  constraint yield_bound_block_bp_check CHECK (((block_bp >= 1) AND (block_bp <= 100000))),
  constraint yield_bound_check CHECK ((warn_bp <= block_bp)),
  constraint yield_bound_warn_bp_check CHECK (((warn_bp >= 1) AND (warn_bp <= 100000)))
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON trace.yield_bound FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table trace.yield_confirmation (
  county integer not null,
  id uuid not null,
  household uuid not null,
  village text not null,
  crop text not null,
  year integer not null,
  grams bigint not null,
  reason text not null,
  by_person text not null,
  at timestamp with time zone not null,
  constraint yield_confirmation_pkey PRIMARY KEY (county, id),
  constraint yield_confirmation_county_household_fkey FOREIGN KEY (county, household) REFERENCES registry.household(county, id),
  constraint yield_confirmation_crop_fkey FOREIGN KEY (crop) REFERENCES registry.crop(code),
  constraint yield_confirmation_grams_check CHECK ((grams > 0)),
  constraint yield_confirmation_village_check CHECK ((village ~ '^\d{12}$'::text)),
  constraint yield_confirmation_year_check CHECK (((year >= 2000) AND (year <= 2999)))
);
CREATE INDEX yield_confirmation_household ON trace.yield_confirmation USING btree (county, household, crop, year);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON trace.yield_confirmation FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();
alter table trace.yield_confirmation enable row level security;
alter table trace.yield_confirmation force row level security;
create policy scope on trace.yield_confirmation as permissive for all to public using (((current_setting('app.scope'::text, true) = 'all'::text) OR starts_with(village, NULLIF(current_setting('app.scope'::text, true), ''::text))));

create view trace.lot_quality_facts with (security_invoker=true) as
 SELECT county,
    id AS lot,
    number,
    sku,
    state,
    expires_on,
    ( SELECT c.number
           FROM trace.certificate c
          WHERE ((c.county = l.county) AND (c.lot = l.id) AND (NOT (EXISTS ( SELECT
                   FROM trace.certificate n
                  WHERE ((n.county = c.county) AND (n.replaces = c.id))))))
          ORDER BY c.at DESC
         LIMIT 1) AS certificate,
    ARRAY( SELECT t.number
           FROM trace.test_report t
          WHERE ((t.county = l.county) AND (t.lot = l.id) AND t.passed AND (NOT (EXISTS ( SELECT
                   FROM trace.report_withdrawal w
                  WHERE ((w.county = t.county) AND (w.report = t.id))))))
          ORDER BY t.issued_on) AS reports_passed,
    ARRAY( SELECT t.number
           FROM trace.test_report t
          WHERE ((t.county = l.county) AND (t.lot = l.id) AND (NOT t.passed) AND (NOT (EXISTS ( SELECT
                   FROM trace.report_withdrawal w
                  WHERE ((w.county = t.county) AND (w.report = t.id))))))
          ORDER BY t.issued_on) AS reports_failed
   FROM trace.lot l
  WHERE (kind = 'packed'::text);

create view trace.lot_source_facts with (security_invoker=true) as
 SELECT county,
    lot,
    purchase,
    household,
    village,
    grams,
    fen
   FROM trace.lot_source;

create view trace.packed_lot_facts with (security_invoker=true) as
 SELECT county,
    id AS lot,
    number,
    sku,
    org,
    station,
    packs,
    household_fen
   FROM trace.lot
  WHERE (kind = 'packed'::text);

create view trace.plot_term with (security_invoker=true) as
 SELECT v.county,
    v.plot,
    p.number,
    p.household,
    p.org,
    v.version,
    v.village,
    v.name,
    v.crop,
    v.area_centimu,
    v.trees,
    v.boundary,
    v.boundary_centimu,
    v.yield_grams,
    v.from_day,
    LEAST((n.from_day - 1), e.on_day) AS to_day
   FROM (((trace.plot_version v
     JOIN trace.plot p ON (((p.county = v.county) AND (p.id = v.plot))))
     LEFT JOIN trace.plot_version n ON (((n.county = v.county) AND (n.plot = v.plot) AND (n.version = (v.version + 1)))))
     LEFT JOIN trace.plot_end e ON (((e.county = v.county) AND (e.plot = v.plot))));

create view trace.purchase_facts with (security_invoker=true) as
 SELECT county,
    id AS purchase,
    number,
    station,
    buyer,
    household,
    village,
    crop,
    grade,
    grams,
    amount_fen,
    lot,
    day,
    reverses,
    at,
    paid,
    fen_per_kg,
    variety
   FROM trace.purchase;

create schema trade;

CREATE OR REPLACE FUNCTION trade.open_checkouts(p_at timestamp with time zone, p_scope text[], p_key text[], p_hash text[], p_answers jsonb, p_id uuid[], p_person text[], p_total bigint[], p_counties text[], p_orders text[], p_expires timestamp with time zone[], p_cart_person text[], p_cart_county integer[], p_cart_sku uuid[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  claimed int;
begin
  insert into platform.idempotency (scope, key, input_hash, answer, created_at)
  select k.scope, k.key, k.hash, a.answer, p_at
    from unnest(p_scope, p_key, p_hash) with ordinality k (scope, key, hash, place)
    join jsonb_array_elements(p_answers) with ordinality a (answer, place) on a.place = k.place
  on conflict (scope, key) do nothing;
  get diagnostics claimed = row_count;
  if claimed <> cardinality(p_scope) then
    raise exception 'a key was used since it was looked for' using errcode = 'SH409';
  end if;
  -- Arrays of arrays must be of one length in PostgreSQL; so each checkout's counties and orders come as a text.
  insert into trade.checkout (id, person, state, total_fen, counties, orders, created_at, expires_at)
  select c.id, c.person, 'open', c.total, c.counties::int[], c.orders::uuid[], p_at, c.expires
    from unnest(p_id, p_person, p_total, p_counties, p_orders, p_expires) c (id, person, total, counties, orders, expires);
  delete from trade.cart_line l
   using trade.cart c, unnest(p_cart_person, p_cart_county, p_cart_sku) o (person, county, sku)
   where c.person = o.person and l.cart = c.id and l.county = o.county and l.sku = o.sku;
end $function$;

CREATE OR REPLACE FUNCTION trade.place_orders(p_county integer, p_at timestamp with time zone, p_step_sku uuid[], p_step_lot uuid[], p_step_packs integer[], p_order uuid[], p_number text[], p_checkout uuid[], p_person text[], p_goods bigint[], p_freight bigint[], p_grams bigint[], p_region text[], p_contact bytea[], p_note text[], p_line uuid[], p_line_order uuid[], p_position integer[], p_org uuid[], p_product uuid[], p_sku uuid[], p_name text[], p_sku_name text[], p_category text[], p_origin text[], p_packs integer[], p_pack_grams integer[], p_unit bigint[], p_discount bigint[], p_line_goods bigint[], p_line_freight bigint[], p_alloc_line uuid[], p_alloc_lot uuid[], p_alloc_sku uuid[], p_alloc_packs integer[], p_disc_line uuid[], p_disc_position integer[], p_disc_kind text[], p_disc_rule uuid[], p_disc_name text[], p_disc_fen bigint[], p_disc_bearer text[], p_claim_order uuid[], p_claim_subject uuid[], p_claim_holder text[], p_claim_most integer[], p_claim_n integer[], p_event uuid, p_products jsonb)
 RETURNS void
 LANGUAGE plpgsql
 SET lock_timeout TO '4s'
AS $function$
declare
  moved int;
begin
  -- One sorted order, so that no two batches wait for each other in a ring.
  perform from trade.stock s
    where s.county = p_county and s.sku = any(p_step_sku) and s.lot = any(p_step_lot)
    order by s.sku, s.expires_on, s.lot for update;
  update trade.stock s set reserved = s.reserved + m.packs
    from unnest(p_step_sku, p_step_lot, p_step_packs) m (sku, lot, packs)
   where s.county = p_county and s.sku = m.sku and s.lot = m.lot
     and s.state = 'on_sale' and s.on_hand - s.reserved >= m.packs;
  get diagnostics moved = row_count;
  if moved <> cardinality(p_step_sku) then
    raise exception 'stock has changed since it was read' using errcode = 'SH409';
  end if;
  if cardinality(p_claim_order) > 0 then
    insert into trade.quota as q (county, subject, holder, most, used)
    select p_county, c.subject, c.holder, min(c.most), sum(c.n)
      from unnest(p_claim_subject, p_claim_holder, p_claim_most, p_claim_n) c (subject, holder, most, n)
     group by c.subject, c.holder order by c.subject, c.holder
    on conflict (county, subject, holder) do update set used = q.used + excluded.used, most = excluded.most;
  end if;
  insert into trade.order (county, id, number, checkout, person, state, goods_fen, freight_fen, total_fen, grams,
    ship_region, contact_sealed, buyer_note, placed_at)
  select p_county, o.id, o.number, o.checkout, o.person, 'placed', o.goods, o.freight, o.goods + o.freight, o.grams,
    o.region, o.contact, o.note, p_at
    from unnest(p_order, p_number, p_checkout, p_person, p_goods, p_freight, p_grams, p_region, p_contact, p_note)
      o (id, number, checkout, person, goods, freight, grams, region, contact, note);
  insert into trade.order_line (county, id, "order", position, org, product, sku, name, sku_name, category, origin,
    packs, pack_grams, unit_fen, discount_fen, goods_fen, freight_fen)
  select p_county, l.id, l.ord, l.position, l.org, l.product, l.sku, l.name, l.sku_name, l.category, l.origin,
    l.packs, l.pack_grams, l.unit, l.discount, l.goods, l.freight
    from unnest(p_line, p_line_order, p_position, p_org, p_product, p_sku, p_name, p_sku_name, p_category, p_origin,
      p_packs, p_pack_grams, p_unit, p_discount, p_line_goods, p_line_freight)
      l (id, ord, position, org, product, sku, name, sku_name, category, origin, packs, pack_grams, unit, discount,
         goods, freight);
  insert into trade.allocation (county, line, lot, sku, packs, state)
  select p_county, a.line, a.lot, a.sku, a.packs, 'reserved'
    from unnest(p_alloc_line, p_alloc_lot, p_alloc_sku, p_alloc_packs) a (line, lot, sku, packs);
  if cardinality(p_disc_line) > 0 then
    insert into trade.line_discount (county, line, position, kind, rule, name, fen, bearer)
    select p_county, d.line, d.position, d.kind, d.rule, d.name, d.fen, d.bearer
      from unnest(p_disc_line, p_disc_position, p_disc_kind, p_disc_rule, p_disc_name, p_disc_fen, p_disc_bearer)
        d (line, position, kind, rule, name, fen, bearer);
  end if;
  if cardinality(p_claim_order) > 0 then
    insert into trade.claim (county, "order", subject, holder, n, state)
    select p_county, c.ord, c.subject, c.holder, c.n, 'held'
      from unnest(p_claim_order, p_claim_subject, p_claim_holder, p_claim_n) c (ord, subject, holder, n);
  end if;
  insert into platform.outbox (county, id, type, payload, created_at)
  values (p_county, p_event, 'trade.stock-changed', p_products, p_at);
end $function$;

create table trade.address (
  id uuid not null,
  person text not null,
  region text not null,
  contact_sealed bytea not null,
  is_default boolean not null,
  created_at timestamp with time zone not null,
  constraint address_pkey PRIMARY KEY (id),
  constraint address_region_check CHECK ((region ~ '^\d{12}$'::text))
);
CREATE INDEX address_person ON trade.address USING btree (person);

create table trade.after_sale_case (
  county integer not null,
  id uuid not null,
  number text not null,
  "order" uuid not null,
  org uuid not null,
  person text not null,
  kind text not null,
  state text not null,
  reason text not null,
  damage_bp integer,
  rule uuid,
  asked_fen bigint not null,
  granted_fen bigint,
  bearer text,
  refund uuid,
  return_carrier text,
  return_waybill text,
  answer text,
  decision text,
  due_at timestamp with time zone,
  opened_at timestamp with time zone not null,
  closed_at timestamp with time zone,
  fault text,
  freight_bearer text,
  freight_paid_by text,
  freight_paid_fen bigint,
  freight_photo uuid,
  freight_back_fen bigint,
  freight_number text,
  constraint after_sale_case_pkey PRIMARY KEY (county, id),
  constraint after_sale_case_county_number_key UNIQUE (county, number),
  constraint after_sale_case_county_order_fkey FOREIGN KEY (county, "order") REFERENCES trade."order"(county, id),
  constraint after_sale_case_county_rule_fkey FOREIGN KEY (county, rule) REFERENCES trade.after_sale_rule(county, id),
  constraint after_sale_case_asked_fen_check CHECK ((asked_fen >= 0)),
  constraint after_sale_case_bearer_check CHECK ((bearer = ANY (ARRAY['merchant'::text, 'fund'::text]))),
  constraint after_sale_case_damage_bp_check CHECK (((damage_bp >= 1) AND (damage_bp <= 10000))),
  constraint after_sale_case_fault_check CHECK ((fault = ANY (ARRAY['seller'::text, 'buyer'::text]))),
  constraint after_sale_case_freight CHECK (((freight_paid_by IS NULL) = (freight_paid_fen IS NULL))),
  constraint after_sale_case_freight_bearer_check CHECK ((freight_bearer = ANY (ARRAY['merchant'::text, 'buyer'::text, 'platform'::text]))),
  constraint after_sale_case_freight_paid_by_check CHECK ((freight_paid_by = ANY (ARRAY['buyer'::text, 'merchant'::text]))),
  constraint after_sale_case_freight_paid_fen_check CHECK ((freight_paid_fen > 0)),
  constraint after_sale_case_freight_proof CHECK (((freight_paid_fen IS NULL) OR (freight_photo IS NOT NULL) OR (freight_number IS NOT NULL))),
  constraint after_sale_case_granted_fen_check CHECK ((granted_fen >= 0)),
  constraint after_sale_case_kind_check CHECK ((kind = ANY (ARRAY['refund'::text, 'return'::text, 'resend'::text, 'exchange'::text, 'damage'::text]))),
  constraint after_sale_case_state_check CHECK ((state = ANY (ARRAY['applied'::text, 'accepted'::text, 'sent_back'::text, 'received'::text, 'resending'::text, 'resent'::text, 'refunded'::text, 'refused'::text, 'disputed'::text, 'withdrawn'::text, 'closed'::text])))
);
CREATE INDEX after_sale_case_due ON trade.after_sale_case USING btree (due_at) WHERE (due_at IS NOT NULL);
CREATE UNIQUE INDEX after_sale_case_freight_number ON trade.after_sale_case USING btree (county, freight_number) WHERE (freight_number IS NOT NULL);
CREATE INDEX after_sale_case_order ON trade.after_sale_case USING btree (county, "order");
CREATE INDEX after_sale_case_person ON trade.after_sale_case USING btree (person, opened_at);
CREATE INDEX after_sale_case_state ON trade.after_sale_case USING btree (county, state, due_at);

create table trade.after_sale_line (
  county integer not null,
  "case" uuid not null,
  line uuid not null,
  packs integer not null,
  goods_fen bigint not null,
  freight_fen bigint not null,
  constraint after_sale_line_pkey PRIMARY KEY (county, "case", line),
  constraint after_sale_line_county_case_fkey FOREIGN KEY (county, "case") REFERENCES trade.after_sale_case(county, id),
  constraint after_sale_line_county_line_fkey FOREIGN KEY (county, line) REFERENCES trade.order_line(county, id),
  constraint after_sale_line_freight_fen_check CHECK ((freight_fen >= 0)),
  constraint after_sale_line_goods_fen_check CHECK ((goods_fen >= 0)),
  constraint after_sale_line_packs_check CHECK ((packs > 0))
);
CREATE INDEX after_sale_line_line ON trade.after_sale_line USING btree (county, line);

create table trade.after_sale_message (
  county integer not null,
  id uuid not null,
  "case" uuid not null,
  party text not null,
  text text not null,
  by_person text not null,
  at timestamp with time zone not null,
  constraint after_sale_message_pkey PRIMARY KEY (county, id),
  constraint after_sale_message_county_case_fkey FOREIGN KEY (county, "case") REFERENCES trade.after_sale_case(county, id),
  constraint after_sale_message_party_check CHECK ((party = ANY (ARRAY['buyer'::text, 'merchant'::text, 'county'::text])))
);
CREATE INDEX after_sale_message_case ON trade.after_sale_message USING btree (county, "case", at);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON trade.after_sale_message FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table trade.after_sale_move (
  county integer not null,
  id uuid not null,
  "case" uuid not null,
  from_state text,
  to_state text not null,
  act text not null,
  party text not null,
  note text,
  by_person text,
  at timestamp with time zone not null,
  constraint after_sale_move_pkey PRIMARY KEY (county, id),
  constraint after_sale_move_county_case_fkey FOREIGN KEY (county, "case") REFERENCES trade.after_sale_case(county, id),
  constraint after_sale_move_party_check CHECK ((party = ANY (ARRAY['buyer'::text, 'merchant'::text, 'county'::text, 'time'::text, 'rule'::text])))
);
CREATE INDEX after_sale_move_case ON trade.after_sale_move USING btree (county, "case", at);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON trade.after_sale_move FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table trade.after_sale_photo (
  county integer not null,
  id uuid not null,
  "order" uuid not null,
  "case" uuid,
  sha256 text not null,
  width integer not null,
  height integer not null,
  party text not null,
  by_person text not null,
  at timestamp with time zone not null,
  constraint after_sale_photo_pkey PRIMARY KEY (county, id),
  constraint after_sale_photo_county_case_fkey FOREIGN KEY (county, "case") REFERENCES trade.after_sale_case(county, id),
  constraint after_sale_photo_county_order_fkey FOREIGN KEY (county, "order") REFERENCES trade."order"(county, id),
  constraint after_sale_photo_party_check CHECK ((party = ANY (ARRAY['buyer'::text, 'merchant'::text, 'county'::text])))
);
CREATE INDEX after_sale_photo_case ON trade.after_sale_photo USING btree (county, "case");

create table trade.after_sale_rule (
  county integer not null,
  id uuid not null,
  "position" integer not null,
  name text not null,
  basis text not null,
  org uuid,
  category text,
  product uuid,
  return_days integer not null,
  damage_hours integer not null,
  damage_free_bp integer not null,
  damage_step_bp integer not null,
  damage_cap_bp integer not null,
  damage_auto_fen bigint not null,
  damage_bearer text not null,
  merchant_hours integer not null,
  buyer_days integer not null,
  arrival_days integer not null,
  resend_days integer not null,
  county_days integer not null,
  weigh_tolerance_fen bigint not null,
  valid_from date not null,
  valid_until date,
  created_by text,
  created_at timestamp with time zone not null,
  return_fault_bearer text not null default 'merchant'::text,
  return_choice_bearer text not null default 'buyer'::text,
  exchange_fault_bearer text not null default 'merchant'::text,
  exchange_choice_bearer text not null default 'buyer'::text,
  return_freight_cap_fen bigint not null default 3000,
  constraint after_sale_rule_pkey PRIMARY KEY (county, id),
  constraint after_sale_rule_county_org_fkey FOREIGN KEY (county, org) REFERENCES registry.organisation(county, id),
  constraint after_sale_rule_arrival_days_check CHECK (((arrival_days >= 1) AND (arrival_days <= 90))),
  constraint after_sale_rule_buyer_days_check CHECK (((buyer_days >= 1) AND (buyer_days <= 90))),
  constraint after_sale_rule_county_days_check CHECK (((county_days >= 1) AND (county_days <= 90))),
  constraint after_sale_rule_damage_auto_fen_check CHECK ((damage_auto_fen >= 0)),
  constraint after_sale_rule_damage_bearer_check CHECK ((damage_bearer = ANY (ARRAY['merchant'::text, 'fund'::text]))),
  constraint after_sale_rule_damage_cap_bp_check CHECK (((damage_cap_bp >= 1) AND (damage_cap_bp <= 10000))),
  constraint after_sale_rule_damage_free_bp_check CHECK (((damage_free_bp >= 0) AND (damage_free_bp <= 10000))),
  constraint after_sale_rule_damage_hours_check CHECK (((damage_hours >= 0) AND (damage_hours <= 720))),
  constraint after_sale_rule_damage_step_bp_check CHECK (((damage_step_bp >= 1) AND (damage_step_bp <= 10000))),
  constraint after_sale_rule_exchange_choice_bearer_check CHECK ((exchange_choice_bearer = ANY (ARRAY['merchant'::text, 'buyer'::text, 'platform'::text]))),
  constraint after_sale_rule_exchange_fault_bearer_check CHECK ((exchange_fault_bearer = ANY (ARRAY['merchant'::text, 'buyer'::text, 'platform'::text]))),
  constraint after_sale_rule_merchant_hours_check CHECK (((merchant_hours >= 1) AND (merchant_hours <= 720))),
  constraint after_sale_rule_resend_days_check CHECK (((resend_days >= 1) AND (resend_days <= 90))),
  constraint after_sale_rule_return_choice_bearer_check CHECK ((return_choice_bearer = ANY (ARRAY['merchant'::text, 'buyer'::text, 'platform'::text]))),
  constraint after_sale_rule_return_days_check CHECK (((return_days >= 0) AND (return_days <= 90))),
  constraint after_sale_rule_return_fault_bearer_check CHECK ((return_fault_bearer = ANY (ARRAY['merchant'::text, 'buyer'::text, 'platform'::text]))),
  constraint after_sale_rule_return_freight_cap_fen_check CHECK ((return_freight_cap_fen >= 0)),
  constraint after_sale_rule_weigh_tolerance_fen_check CHECK ((weigh_tolerance_fen >= 0))
);

create table trade.allocation (
  county integer not null,
  line uuid not null,
  lot uuid not null,
  sku uuid not null,
  packs integer not null,
  state text not null,
  back_packs integer not null default 0,
  sent_at timestamp with time zone,
  constraint allocation_pkey PRIMARY KEY (county, line, lot),
  constraint allocation_county_line_fkey FOREIGN KEY (county, line) REFERENCES trade.order_line(county, id),
  constraint allocation_county_sku_lot_fkey FOREIGN KEY (county, sku, lot) REFERENCES trade.stock(county, sku, lot),
  constraint allocation_back CHECK (((back_packs >= 0) AND (back_packs <= packs))),
  constraint allocation_packs_check CHECK ((packs > 0)),
  constraint allocation_sent CHECK (((sent_at IS NULL) OR (state = 'taken'::text))),
  constraint allocation_state_check CHECK ((state = ANY (ARRAY['reserved'::text, 'taken'::text, 'released'::text])))
);
CREATE INDEX allocation_lot ON trade.allocation USING btree (county, lot);

create table trade.bank_return (
  county integer not null,
  id uuid not null,
  remittance uuid,
  refund uuid,
  fen bigint not null,
  payee_name text not null,
  payee_account_sealed bytea not null,
  reason text not null,
  state text not null,
  hold uuid,
  asked_by text not null,
  asked_at timestamp with time zone not null,
  bank_number text,
  ended_by text,
  ended_at timestamp with time zone,
  constraint bank_return_pkey PRIMARY KEY (county, id),
  constraint bank_return_county_remittance_fkey FOREIGN KEY (county, remittance) REFERENCES trade.remittance(county, id),
  constraint bank_return_check CHECK (((remittance IS NULL) <> (refund IS NULL))),
  constraint bank_return_check1 CHECK (((state <> 'sent'::text) OR ((bank_number IS NOT NULL) AND (ended_by <> asked_by)))),
  constraint bank_return_fen_check CHECK ((fen > 0)),
  constraint bank_return_state_check CHECK ((state = ANY (ARRAY['asked'::text, 'sent'::text, 'withdrawn'::text])))
);
CREATE INDEX bank_return_of ON trade.bank_return USING btree (refund) WHERE (refund IS NOT NULL);
CREATE UNIQUE INDEX bank_return_refund ON trade.bank_return USING btree (county, refund) WHERE (state <> 'withdrawn'::text);
CREATE INDEX bank_return_state ON trade.bank_return USING btree (county, state, asked_at);

create table trade.bill (
  provider text not null,
  day date not null,
  rows integer not null,
  payments_fen bigint not null,
  refunds_fen bigint not null,
  fee_fen bigint not null,
  our_payments_fen bigint not null,
  our_refunds_fen bigint not null,
  differences integer not null,
  compared_at timestamp with time zone not null,
  fees_at timestamp with time zone,
  constraint bill_pkey PRIMARY KEY (provider, day)
);

create table trade.bill_fee (
  county integer not null,
  provider text not null,
  day date not null,
  kind text not null,
  number text not null,
  fen bigint not null,
  "order" uuid,
  refund uuid,
  constraint bill_fee_pkey PRIMARY KEY (county, provider, day, kind, number)
);
CREATE INDEX bill_fee_day ON trade.bill_fee USING btree (county, day);

create table trade.bill_row (
  provider text not null,
  day date not null,
  kind text not null,
  number text not null,
  ours text not null,
  payment text not null,
  fen bigint not null,
  fee_fen bigint not null,
  at timestamp with time zone not null,
  constraint bill_row_pkey PRIMARY KEY (provider, day, kind, number),
  constraint bill_row_provider_day_fkey FOREIGN KEY (provider, day) REFERENCES trade.bill(provider, day),
  constraint bill_row_fen_check CHECK ((fen >= 0)),
  constraint bill_row_kind_check CHECK ((kind = ANY (ARRAY['payment'::text, 'refund'::text])))
);
CREATE INDEX bill_row_payment ON trade.bill_row USING btree (provider, kind, payment);
CREATE INDEX bill_row_refund ON trade.bill_row USING btree (provider, "left"(replace(ours, '-'::text, ''::text), 32)) WHERE (kind = 'refund'::text);

create table trade.cart (
  id uuid not null,
  person text,
  updated_at timestamp with time zone not null,
  constraint cart_pkey PRIMARY KEY (id),
  constraint cart_person_key UNIQUE (person)
);

create table trade.cart_line (
  cart uuid not null,
  county integer not null,
  sku uuid not null,
  packs integer not null,
  added_at timestamp with time zone not null,
  constraint cart_line_pkey PRIMARY KEY (cart, county, sku),
  constraint cart_line_cart_fkey FOREIGN KEY (cart) REFERENCES trade.cart(id) ON DELETE CASCADE,
  constraint cart_line_packs_check CHECK (((packs >= 1) AND (packs <= 999)))
);

create table trade.cash_deposit (
  county integer not null,
  id uuid not null,
  number text not null,
  station uuid not null,
  fen bigint not null,
  note text,
  state text not null,
  hold uuid not null,
  by_person text not null,
  at timestamp with time zone not null,
  reason text,
  ended_by text,
  ended_at timestamp with time zone,
  constraint cash_deposit_pkey PRIMARY KEY (county, id),
  constraint cash_deposit_county_number_key UNIQUE (county, number),
  constraint cash_deposit_county_station_fkey FOREIGN KEY (county, station) REFERENCES registry.organisation(county, id),
  constraint cash_deposit_check CHECK (((state = 'handed'::text) OR ((ended_by IS NOT NULL) AND (ended_by <> by_person)))),
  constraint cash_deposit_fen_check CHECK ((fen > 0)),
  constraint cash_deposit_state_check CHECK ((state = ANY (ARRAY['handed'::text, 'received'::text, 'refused'::text])))
);
CREATE INDEX cash_deposit_station ON trade.cash_deposit USING btree (county, station, at);

create table trade.cash_payback (
  county integer not null,
  id uuid not null,
  number text not null,
  station uuid not null,
  code text not null,
  refund uuid not null,
  fen bigint not null,
  taker text not null,
  by_person text not null,
  at timestamp with time zone not null,
  constraint cash_payback_pkey PRIMARY KEY (county, id),
  constraint cash_payback_county_number_key UNIQUE (county, number),
  constraint cash_payback_county_refund_key UNIQUE (county, refund),
  constraint cash_payback_county_code_fkey FOREIGN KEY (county, code) REFERENCES trade.pay_code(county, code),
  constraint cash_payback_county_station_fkey FOREIGN KEY (county, station) REFERENCES registry.organisation(county, id),
  constraint cash_payback_fen_check CHECK ((fen > 0))
);
CREATE INDEX cash_payback_of ON trade.cash_payback USING btree (refund);
CREATE INDEX cash_payback_station ON trade.cash_payback USING btree (county, station, at);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON trade.cash_payback FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table trade.cash_receipt (
  county integer not null,
  id uuid not null,
  number text not null,
  station uuid not null,
  code text not null,
  payment uuid not null,
  fen bigint not null,
  by_person text not null,
  at timestamp with time zone not null,
  constraint cash_receipt_pkey PRIMARY KEY (county, id),
  constraint cash_receipt_county_code_key UNIQUE (county, code),
  constraint cash_receipt_county_number_key UNIQUE (county, number),
  constraint cash_receipt_county_code_fkey FOREIGN KEY (county, code) REFERENCES trade.pay_code(county, code),
  constraint cash_receipt_county_station_fkey FOREIGN KEY (county, station) REFERENCES registry.organisation(county, id),
  constraint cash_receipt_fen_check CHECK ((fen > 0))
);
CREATE INDEX cash_receipt_payment ON trade.cash_receipt USING btree (payment);
CREATE INDEX cash_receipt_station ON trade.cash_receipt USING btree (county, station, at);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON trade.cash_receipt FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table trade.checkout (
  id uuid not null,
  person text not null,
  state text not null,
  total_fen bigint not null,
  counties integer[] not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  orders uuid[] not null,
  constraint checkout_pkey PRIMARY KEY (id),
  constraint checkout_check CHECK (((cardinality(orders) = cardinality(counties)) AND (cardinality(orders) > 0))),
  constraint checkout_state_check CHECK ((state = ANY (ARRAY['open'::text, 'paid'::text, 'closed'::text]))),
  constraint checkout_total_fen_check CHECK ((total_fen > 0))
);
CREATE INDEX checkout_open ON trade.checkout USING btree (expires_at) WHERE (state = 'open'::text);

create table trade.claim (
  county integer not null,
  "order" uuid not null,
  subject uuid not null,
  holder text not null,
  n integer not null,
  state text not null,
  constraint claim_pkey PRIMARY KEY (county, "order", subject, holder),
  constraint claim_county_order_fkey FOREIGN KEY (county, "order") REFERENCES trade."order"(county, id),
  constraint claim_county_subject_holder_fkey FOREIGN KEY (county, subject, holder) REFERENCES trade.quota(county, subject, holder),
  constraint claim_n_check CHECK ((n > 0)),
  constraint claim_state_check CHECK ((state = ANY (ARRAY['held'::text, 'returned'::text])))
);
CREATE INDEX claim_subject ON trade.claim USING btree (county, subject, holder);

create table trade.coupon (
  county integer not null,
  id uuid not null,
  template uuid not null,
  person text not null,
  number integer not null,
  given_by text,
  taken_at timestamp with time zone not null,
  valid_until timestamp with time zone not null,
  constraint coupon_pkey PRIMARY KEY (county, id),
  constraint coupon_county_template_person_number_key UNIQUE (county, template, person, number),
  constraint coupon_county_template_fkey FOREIGN KEY (county, template) REFERENCES trade.coupon_template(county, id),
  constraint coupon_number_check CHECK ((number > 0))
);
CREATE INDEX coupon_of_person ON trade.coupon USING btree (county, person, valid_until);
CREATE INDEX coupon_person ON trade.coupon USING btree (person, valid_until);

create table trade.coupon_template (
  county integer not null,
  id uuid not null,
  name text not null,
  bearer text not null,
  org uuid,
  off_fen bigint not null,
  from_fen bigint not null,
  category text,
  products uuid[],
  on_reduced boolean not null,
  total integer not null,
  taken integer not null,
  per_person integer not null,
  open boolean not null,
  take_from timestamp with time zone not null,
  take_until timestamp with time zone not null,
  valid_days integer,
  valid_until timestamp with time zone not null,
  created_by text,
  created_at timestamp with time zone not null,
  ended_by text,
  ended_at timestamp with time zone,
  name_en text,
  constraint coupon_template_pkey PRIMARY KEY (county, id),
  constraint coupon_template_county_org_fkey FOREIGN KEY (county, org) REFERENCES registry.organisation(county, id),
  constraint coupon_template_bearer_check CHECK ((bearer = ANY (ARRAY['merchant'::text, 'county'::text, 'platform'::text]))),
  constraint coupon_template_check CHECK (((taken >= 0) AND (taken <= total))),
  constraint coupon_template_check1 CHECK (((take_until > take_from) AND (valid_until >= take_until))),
  constraint coupon_template_check2 CHECK (((bearer <> 'merchant'::text) OR (org IS NOT NULL))),
  constraint coupon_template_check3 CHECK (((off_fen <= from_fen) OR (from_fen = 0))),
  constraint coupon_template_from_fen_check CHECK ((from_fen >= 0)),
  constraint coupon_template_off_fen_check CHECK ((off_fen > 0)),
  constraint coupon_template_per_person_check CHECK (((per_person >= 1) AND (per_person <= 100))),
  constraint coupon_template_total_check CHECK ((total > 0)),
  constraint coupon_template_valid_days_check CHECK (((valid_days >= 1) AND (valid_days <= 366)))
);

create table trade.fee_charge (
  county integer not null,
  transfer uuid not null,
  provider text not null,
  day date not null,
  kind text not null,
  number text not null,
  "order" uuid,
  bearer text not null,
  org uuid,
  rule uuid,
  fen bigint not null,
  at timestamp with time zone not null,
  constraint fee_charge_pkey PRIMARY KEY (county, transfer),
  constraint fee_charge_county_order_fkey FOREIGN KEY (county, "order") REFERENCES trade."order"(county, id),
  constraint fee_charge_county_transfer_fkey FOREIGN KEY (county, transfer) REFERENCES ledger.transfer(county, id) DEFERRABLE INITIALLY DEFERRED,
  constraint fee_charge_bearer_check CHECK ((bearer = ANY (ARRAY['platform'::text, 'merchant'::text, 'fund'::text]))),
  constraint fee_charge_check CHECK (((bearer = 'merchant'::text) = (org IS NOT NULL))),
  constraint fee_charge_fen_check CHECK ((fen <> 0))
);
CREATE INDEX fee_charge_at ON trade.fee_charge USING btree (county, at);
CREATE INDEX fee_charge_day ON trade.fee_charge USING btree (county, day);
CREATE INDEX fee_charge_org ON trade.fee_charge USING btree (county, org, at) INCLUDE (fen) WHERE (org IS NOT NULL);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON trade.fee_charge FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table trade.fee_posting (
  county integer not null,
  transfer uuid not null,
  provider text not null,
  day date not null,
  kind text not null,
  number text not null,
  "order" uuid,
  fen bigint not null,
  constraint fee_posting_pkey PRIMARY KEY (county, transfer),
  constraint fee_posting_county_order_fkey FOREIGN KEY (county, "order") REFERENCES trade."order"(county, id),
  constraint fee_posting_county_transfer_fkey FOREIGN KEY (county, transfer) REFERENCES ledger.transfer(county, id) DEFERRABLE INITIALLY DEFERRED,
  constraint fee_posting_fen_check CHECK ((fen <> 0))
);
CREATE INDEX fee_posting_day ON trade.fee_posting USING btree (county, day);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON trade.fee_posting FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table trade.freight_rule (
  county integer not null,
  id uuid not null,
  to_region text not null,
  first_grams integer not null,
  first_fen bigint not null,
  step_grams integer not null,
  step_fen bigint not null,
  free_from_fen bigint,
  cold_first_fen bigint default 0,
  cold_step_fen bigint not null default 0,
  free_covers_cold boolean not null default false,
  constraint freight_rule_pkey PRIMARY KEY (county, id),
  constraint freight_rule_county_to_region_key UNIQUE (county, to_region),
  constraint freight_rule_cold_first_fen_check CHECK ((cold_first_fen >= 0)),
  constraint freight_rule_cold_step_fen_check CHECK ((cold_step_fen >= 0)),
  constraint freight_rule_first_fen_check CHECK ((first_fen >= 0)),
  constraint freight_rule_first_grams_check CHECK ((first_grams > 0)),
  constraint freight_rule_free_from_fen_check CHECK ((free_from_fen > 0)),
  constraint freight_rule_step_fen_check CHECK ((step_fen >= 0)),
  constraint freight_rule_step_grams_check CHECK ((step_grams > 0)),
  constraint freight_rule_to_region_check CHECK ((to_region ~ '^(\d{2}|\d{4}|\d{6})?$'::text))
);

create table trade.invoice (
  county integer not null,
  id uuid not null,
  "order" uuid not null,
  org uuid not null,
  person text not null,
  kind text not null,
  title_sealed bytea not null,
  state text not null,
  reason text,
  asked_at timestamp with time zone not null,
  done_at timestamp with time zone,
  constraint invoice_pkey PRIMARY KEY (county, id),
  constraint invoice_county_order_fkey FOREIGN KEY (county, "order") REFERENCES trade."order"(county, id),
  constraint invoice_kind_check CHECK ((kind = ANY (ARRAY['personal'::text, 'company'::text]))),
  constraint invoice_state_check CHECK ((state = ANY (ARRAY['asked'::text, 'issued'::text, 'void'::text, 'refused'::text, 'withdrawn'::text])))
);
CREATE UNIQUE INDEX invoice_open ON trade.invoice USING btree (county, "order", org) WHERE (state = ANY (ARRAY['asked'::text, 'issued'::text]));
CREATE INDEX invoice_state ON trade.invoice USING btree (county, state, asked_at);

create table trade.invoice_paper (
  county integer not null,
  id uuid not null,
  invoice uuid not null,
  colour text not null,
  number text not null,
  takes_back uuid,
  fen bigint not null,
  file text,
  file_type text,
  link text,
  by_person text not null,
  at timestamp with time zone not null,
  constraint invoice_paper_pkey PRIMARY KEY (county, id),
  constraint invoice_paper_county_number_key UNIQUE (county, number),
  constraint invoice_paper_county_invoice_fkey FOREIGN KEY (county, invoice) REFERENCES trade.invoice(county, id),
  constraint invoice_paper_county_takes_back_fkey FOREIGN KEY (county, takes_back) REFERENCES trade.invoice_paper(county, id),
  constraint invoice_paper_check CHECK (((colour = 'red'::text) = (takes_back IS NOT NULL))),
  constraint invoice_paper_colour_check CHECK ((colour = ANY (ARRAY['blue'::text, 'red'::text]))),
  constraint invoice_paper_fen_check CHECK ((fen > 0)),
  constraint invoice_paper_file_type_check CHECK ((file_type = ANY (ARRAY['pdf'::text, 'ofd'::text, 'webp'::text]))),
  constraint invoice_paper_number_check CHECK ((number ~ '^\d{8,20}$'::text))
);
CREATE INDEX invoice_paper_invoice ON trade.invoice_paper USING btree (county, invoice, at);
CREATE UNIQUE INDEX invoice_paper_taken_back ON trade.invoice_paper USING btree (county, takes_back) WHERE (takes_back IS NOT NULL);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON trade.invoice_paper FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table trade.line_discount (
  county integer not null,
  line uuid not null,
  "position" integer not null,
  kind text not null,
  rule uuid not null,
  name text not null,
  fen bigint not null,
  bearer text not null,
  constraint line_discount_pkey PRIMARY KEY (county, line, "position"),
  constraint line_discount_county_line_fkey FOREIGN KEY (county, line) REFERENCES trade.order_line(county, id),
  constraint line_discount_bearer_check CHECK ((bearer = ANY (ARRAY['merchant'::text, 'county'::text, 'platform'::text]))),
  constraint line_discount_fen_check CHECK ((fen > 0)),
  constraint line_discount_kind_check CHECK ((kind = ANY (ARRAY['tier'::text, 'member'::text, 'institution'::text, 'campaign'::text, 'bundle'::text, 'full_reduction'::text, 'coupon'::text])))
);
CREATE INDEX line_discount_rule ON trade.line_discount USING btree (county, rule);

create table trade.member (
  county integer not null,
  person text not null,
  joined_at timestamp with time zone not null,
  left_at timestamp with time zone,
  constraint member_pkey PRIMARY KEY (county, person)
);
CREATE INDEX member_person ON trade.member USING btree (person);

create table trade."order" (
  county integer not null,
  id uuid not null,
  number text not null,
  checkout uuid not null,
  payment uuid,
  person text not null,
  state text not null,
  goods_fen bigint not null,
  freight_fen bigint not null,
  total_fen bigint not null,
  grams bigint not null,
  ship_region text,
  contact_sealed bytea,
  buyer_note text,
  placed_at timestamp with time zone not null,
  paid_at timestamp with time zone,
  sent_at timestamp with time zone,
  received_at timestamp with time zone,
  closed_at timestamp with time zone,
  balance_of uuid,
  promise uuid,
  constraint order_pkey PRIMARY KEY (county, id),
  constraint order_county_number_key UNIQUE (county, number),
  constraint order_county_promise_fkey FOREIGN KEY (county, promise) REFERENCES trade.promise(county, id),
  constraint order_check CHECK ((total_fen = (goods_fen + freight_fen))),
  constraint order_freight_fen_check CHECK ((freight_fen >= 0)),
  constraint order_goods_fen_check CHECK ((goods_fen > 0)),
  constraint order_grams_check CHECK (((grams > 0) OR ((promise IS NOT NULL) AND (grams = 0)))),
  constraint order_ship_needed CHECK (((ship_region IS NOT NULL) OR (promise IS NOT NULL))),
  constraint order_ship_region_check CHECK ((ship_region ~ '^\d{12}$'::text)),
  constraint order_ship_whole CHECK (((ship_region IS NULL) = (contact_sealed IS NULL))),
  constraint order_state_check CHECK ((state = ANY (ARRAY['placed'::text, 'paid'::text, 'packed'::text, 'sent'::text, 'received'::text, 'closed'::text, 'cancelled'::text, 'refunded'::text])))
);
CREATE INDEX order_balance ON trade."order" USING btree (county, balance_of) WHERE (balance_of IS NOT NULL);
CREATE INDEX order_closed ON trade."order" USING btree (county, closed_at) WHERE (closed_at IS NOT NULL);
CREATE INDEX order_paid ON trade."order" USING btree (county, paid_at) WHERE (paid_at IS NOT NULL);
CREATE INDEX order_person ON trade."order" USING btree (person, placed_at);
CREATE INDEX order_promise ON trade."order" USING btree (county, promise, state) WHERE (promise IS NOT NULL);
CREATE INDEX order_state ON trade."order" USING btree (county, state, placed_at);

create table trade.order_line (
  county integer not null,
  id uuid not null,
  "order" uuid not null,
  "position" integer not null,
  org uuid not null,
  product uuid not null,
  sku uuid not null,
  name text not null,
  sku_name text not null,
  category text not null,
  origin text not null,
  packs integer not null,
  pack_grams integer not null,
  unit_fen bigint not null,
  goods_fen bigint not null,
  freight_fen bigint not null,
  discount_fen bigint not null default 0,
  dropped_packs integer not null default 0,
  replaces uuid,
  after_sale uuid,
  constraint order_line_pkey PRIMARY KEY (county, id),
  constraint order_line_county_after_sale_fkey FOREIGN KEY (county, after_sale) REFERENCES trade.after_sale_case(county, id),
  constraint order_line_county_order_fkey FOREIGN KEY (county, "order") REFERENCES trade."order"(county, id),
  constraint order_line_county_replaces_fkey FOREIGN KEY (county, replaces) REFERENCES trade.order_line(county, id),
  constraint order_line_county_sku_fkey FOREIGN KEY (county, sku) REFERENCES catalog.sku(county, id),
  constraint order_line_check CHECK (
CASE
    WHEN (replaces IS NULL) THEN ((goods_fen = ((unit_fen * packs) - discount_fen)) AND (goods_fen >= 0))
    ELSE ((goods_fen = 0) AND (freight_fen = 0) AND (discount_fen = 0))
END),
  constraint order_line_discount_fen_check CHECK ((discount_fen >= 0)),
  constraint order_line_dropped CHECK (((dropped_packs >= 0) AND (dropped_packs <= packs))),
  constraint order_line_freight_fen_check CHECK ((freight_fen >= 0)),
  constraint order_line_packs_check CHECK ((packs > 0)),
  constraint order_line_replaces CHECK (((after_sale IS NULL) OR (replaces IS NOT NULL))),
  constraint order_line_unit_fen_check CHECK ((unit_fen > 0))
);
CREATE INDEX order_line_after_sale ON trade.order_line USING btree (county, after_sale) WHERE (after_sale IS NOT NULL);
CREATE INDEX order_line_order ON trade.order_line USING btree (county, "order", "position");
CREATE INDEX order_line_product ON trade.order_line USING btree (county, product);
CREATE INDEX order_line_replaces_line ON trade.order_line USING btree (county, replaces) WHERE (replaces IS NOT NULL);

create table trade.order_move (
  county integer not null,
  id uuid not null,
  "order" uuid not null,
  from_state text not null,
  to_state text not null,
  reason text,
  by_person text,
  at timestamp with time zone not null,
  constraint order_move_pkey PRIMARY KEY (county, id),
  constraint order_move_county_order_fkey FOREIGN KEY (county, "order") REFERENCES trade."order"(county, id)
);
CREATE INDEX order_move_order ON trade.order_move USING btree (county, "order", at);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON trade.order_move FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table trade.order_sharing (
  county integer not null,
  "order" uuid not null,
  payment uuid not null,
  provider text not null,
  cap_fen bigint not null,
  thaws_at timestamp with time zone not null,
  state text not null,
  rounds integer not null,
  attempts integer not null,
  next_at timestamp with time zone,
  why text,
  created_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  constraint order_sharing_pkey PRIMARY KEY (county, "order"),
  constraint order_sharing_county_order_fkey FOREIGN KEY (county, "order") REFERENCES trade."order"(county, id),
  constraint order_sharing_attempts_check CHECK ((attempts >= 0)),
  constraint order_sharing_cap_fen_check CHECK ((cap_fen >= 0)),
  constraint order_sharing_rounds_check CHECK ((rounds >= 0)),
  constraint order_sharing_state_check CHECK ((state = ANY (ARRAY['open'::text, 'finishing'::text, 'finished'::text, 'thawed'::text])))
);
CREATE INDEX order_sharing_due ON trade.order_sharing USING btree (county, next_at) WHERE (next_at IS NOT NULL);

create table trade.part_reversal (
  county integer not null,
  refund uuid not null,
  hold uuid not null,
  fen bigint not null,
  transfer uuid not null,
  rest uuid,
  constraint part_reversal_pkey PRIMARY KEY (county, refund, hold),
  constraint part_reversal_county_hold_fkey FOREIGN KEY (county, hold) REFERENCES trade.settlement_part(county, hold),
  constraint part_reversal_county_refund_fkey FOREIGN KEY (county, refund) REFERENCES trade.refund(county, id),
  constraint part_reversal_fen_check CHECK ((fen > 0))
);
CREATE INDEX part_reversal_hold ON trade.part_reversal USING btree (county, hold);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON trade.part_reversal FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table trade.pay_code (
  county integer not null,
  code text not null,
  kind text not null,
  payment uuid not null,
  checkout uuid not null,
  fen bigint not null,
  payer_name text,
  state text not null,
  expires_at timestamp with time zone not null,
  created_at timestamp with time zone not null,
  constraint pay_code_pkey PRIMARY KEY (county, code),
  constraint pay_code_county_payment_key UNIQUE (county, payment),
  constraint pay_code_code_check CHECK ((code ~ '^\d{8}$'::text)),
  constraint pay_code_fen_check CHECK ((fen > 0)),
  constraint pay_code_kind_check CHECK ((kind = ANY (ARRAY['transfer'::text, 'cash'::text]))),
  constraint pay_code_state_check CHECK ((state = ANY (ARRAY['open'::text, 'taken'::text])))
);
CREATE INDEX pay_code_open ON trade.pay_code USING btree (county, fen) WHERE (state = 'open'::text);

create table trade.pay_terms (
  county integer not null,
  bank_name text,
  account_name text,
  account_number text,
  transfer_for text not null,
  transfer_hold_hours integer not null,
  cash boolean not null,
  cash_hold_hours integer not null,
  updated_by text not null,
  updated_at timestamp with time zone not null,
  constraint pay_terms_pkey PRIMARY KEY (county),
  constraint pay_terms_account_number_check CHECK ((account_number ~ '^\d{6,30}$'::text)),
  constraint pay_terms_cash_hold_hours_check CHECK (((cash_hold_hours >= 1) AND (cash_hold_hours <= 168))),
  constraint pay_terms_check CHECK (((transfer_for = 'nobody'::text) OR ((bank_name IS NOT NULL) AND (account_name IS NOT NULL) AND (account_number IS NOT NULL)))),
  constraint pay_terms_transfer_for_check CHECK ((transfer_for = ANY (ARRAY['nobody'::text, 'institutions'::text, 'everyone'::text]))),
  constraint pay_terms_transfer_hold_hours_check CHECK (((transfer_hold_hours >= 1) AND (transfer_hold_hours <= 720)))
);

create table trade.payee (
  county integer not null,
  id uuid not null,
  owner_kind text not null,
  owner uuid not null,
  village text,
  kind text not null,
  provider text not null,
  account_sealed bytea not null,
  account_hash text not null,
  account_tail text not null,
  holder_sealed bytea not null,
  bank_name text,
  state text not null,
  why text,
  attempts integer not null,
  next_at timestamp with time zone,
  created_by text not null,
  created_at timestamp with time zone not null,
  closed_by text,
  closed_at timestamp with time zone,
  constraint payee_pkey PRIMARY KEY (county, id),
  constraint payee_attempts_check CHECK ((attempts >= 0)),
  constraint payee_check CHECK (((owner_kind = 'household'::text) = (village IS NOT NULL))),
  constraint payee_check1 CHECK (((kind = 'bank'::text) = (provider = 'bank'::text))),
  constraint payee_check2 CHECK (((owner_kind = 'organisation'::text) OR (kind <> 'merchant'::text))),
  constraint payee_check3 CHECK (((owner_kind = 'household'::text) OR (kind <> 'wallet'::text))),
  constraint payee_kind_check CHECK ((kind = ANY (ARRAY['merchant'::text, 'wallet'::text, 'bank'::text]))),
  constraint payee_owner_kind_check CHECK ((owner_kind = ANY (ARRAY['household'::text, 'organisation'::text]))),
  constraint payee_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'active'::text, 'refused'::text, 'closing'::text, 'closed'::text]))),
  constraint payee_village_check CHECK ((village ~ '^\d{12}$'::text))
);
CREATE UNIQUE INDEX payee_account ON trade.payee USING btree (county, provider, account_hash) WHERE (state = ANY (ARRAY['pending'::text, 'active'::text, 'refused'::text]));
CREATE INDEX payee_due ON trade.payee USING btree (county, next_at) WHERE (next_at IS NOT NULL);
CREATE UNIQUE INDEX payee_owner ON trade.payee USING btree (county, owner, kind, provider) WHERE (state = ANY (ARRAY['pending'::text, 'active'::text, 'refused'::text]));
alter table trade.payee enable row level security;
alter table trade.payee force row level security;
create policy scope on trade.payee as permissive for all to public using (((village IS NULL) OR (current_setting('app.scope'::text, true) = 'all'::text) OR starts_with(village, NULLIF(current_setting('app.scope'::text, true), ''::text))));

create table trade.payment (
  id uuid not null,
  checkout uuid not null,
  provider text not null,
  amount_fen bigint not null,
  state text not null,
  provider_number text,
  created_at timestamp with time zone not null,
  paid_at timestamp with time zone,
  method text not null default 'sandbox'::text,
  expires_at timestamp with time zone,
  orders jsonb,
  started jsonb,
  started_at timestamp with time zone,
  asks integer not null default 0,
  ask_at timestamp with time zone,
  back_asks integer not null default 0,
  back_ask_at timestamp with time zone,
  why text,
  constraint payment_pkey PRIMARY KEY (id),
  constraint payment_checkout_fkey FOREIGN KEY (checkout) REFERENCES trade.checkout(id),
  constraint payment_amount_fen_check CHECK ((amount_fen > 0)),
  constraint payment_asks_check CHECK ((asks >= 0)),
  constraint payment_back_asks_check CHECK ((back_asks >= 0)),
  constraint payment_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'paid'::text, 'closed'::text, 'refunding'::text, 'refunded'::text])))
);
CREATE INDEX payment_ask ON trade.payment USING btree (ask_at) WHERE (ask_at IS NOT NULL);
CREATE INDEX payment_checkout ON trade.payment USING btree (checkout);
CREATE INDEX payment_created ON trade.payment USING btree (created_at);
CREATE INDEX payment_number ON trade.payment USING btree (provider_number);
CREATE INDEX payment_paid ON trade.payment USING btree (provider, paid_at);

create table trade.payment_notice (
  id uuid not null,
  provider text not null,
  notice text not null,
  body text not null,
  headers jsonb not null,
  outcome text,
  received_at timestamp with time zone not null,
  applied_at timestamp with time zone,
  asked boolean not null default false,
  about uuid,
  constraint payment_notice_pkey PRIMARY KEY (id),
  constraint payment_notice_provider_notice_key UNIQUE (provider, notice)
);
CREATE INDEX payment_notice_about ON trade.payment_notice USING btree (about);
CREATE INDEX payment_notice_received ON trade.payment_notice USING btree (received_at);
CREATE INDEX payment_notice_waiting ON trade.payment_notice USING btree (received_at) WHERE (applied_at IS NULL);

create table trade.payout_batch (
  county integer not null,
  id uuid not null,
  number text not null,
  owner_kind text not null,
  state text not null,
  version integer not null,
  prepared_by text not null,
  prepared_at timestamp with time zone not null,
  approved_by text,
  approved_at timestamp with time zone,
  approved_fen bigint,
  ended_by text,
  ended_at timestamp with time zone,
  reason text,
  constraint payout_batch_pkey PRIMARY KEY (county, id),
  constraint payout_batch_county_number_key UNIQUE (county, number),
  constraint payout_batch_check CHECK ((approved_by IS DISTINCT FROM prepared_by)),
  constraint payout_batch_check1 CHECK ((((approved_by IS NULL) = (approved_at IS NULL)) AND ((approved_by IS NULL) = (approved_fen IS NULL)))),
  constraint payout_batch_owner_kind_check CHECK ((owner_kind = ANY (ARRAY['household'::text, 'organisation'::text]))),
  constraint payout_batch_state_check CHECK ((state = ANY (ARRAY['prepared'::text, 'approved'::text, 'done'::text, 'cancelled'::text]))),
  constraint payout_batch_version_check CHECK ((version > 0))
);
CREATE INDEX payout_batch_state ON trade.payout_batch USING btree (county, state, prepared_at);

create table trade.payout_file (
  county integer not null,
  id uuid not null,
  batch uuid not null,
  number text not null,
  lines integer not null,
  fen bigint not null,
  sha256 text not null,
  reason text not null,
  by_person text not null,
  at timestamp with time zone not null,
  constraint payout_file_pkey PRIMARY KEY (county, id),
  constraint payout_file_county_number_key UNIQUE (county, number),
  constraint payout_file_county_batch_fkey FOREIGN KEY (county, batch) REFERENCES trade.payout_batch(county, id),
  constraint payout_file_fen_check CHECK ((fen > 0)),
  constraint payout_file_lines_check CHECK ((lines > 0))
);
CREATE INDEX payout_file_batch ON trade.payout_file USING btree (county, batch);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON trade.payout_file FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table trade.payout_file_line (
  county integer not null,
  line uuid not null,
  file uuid not null,
  "position" integer not null,
  constraint payout_file_line_pkey PRIMARY KEY (county, line),
  constraint payout_file_line_county_file_position_key UNIQUE (county, file, "position"),
  constraint payout_file_line_county_file_fkey FOREIGN KEY (county, file) REFERENCES trade.payout_file(county, id),
  constraint payout_file_line_county_line_fkey FOREIGN KEY (county, line) REFERENCES trade.payout_line(county, id)
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON trade.payout_file_line FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table trade.payout_file_taking (
  county integer not null,
  id uuid not null,
  file uuid not null,
  format text not null,
  by_person text not null,
  at timestamp with time zone not null,
  constraint payout_file_taking_pkey PRIMARY KEY (county, id),
  constraint payout_file_taking_county_file_fkey FOREIGN KEY (county, file) REFERENCES trade.payout_file(county, id),
  constraint payout_file_taking_format_check CHECK ((format = ANY (ARRAY['csv'::text, 'xlsx'::text])))
);
CREATE INDEX payout_file_taking_file ON trade.payout_file_taking USING btree (county, file, at);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON trade.payout_file_taking FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table trade.payout_line (
  county integer not null,
  id uuid not null,
  batch uuid not null,
  "position" integer not null,
  account_kind text not null,
  owner uuid not null,
  village text,
  fen bigint not null,
  channel text not null,
  payee uuid,
  station uuid,
  state text not null,
  hold uuid,
  back uuid,
  late uuid,
  why text,
  reference text,
  confirm text,
  attempts integer not null,
  next_at timestamp with time zone,
  sent_at timestamp with time zone,
  ended_at timestamp with time zone,
  returned_at timestamp with time zone,
  ended_by text,
  constraint payout_line_pkey PRIMARY KEY (county, id),
  constraint payout_line_county_back_fkey FOREIGN KEY (county, back) REFERENCES ledger.transfer(county, id) DEFERRABLE INITIALLY DEFERRED,
  constraint payout_line_county_batch_fkey FOREIGN KEY (county, batch) REFERENCES trade.payout_batch(county, id),
  constraint payout_line_county_hold_fkey FOREIGN KEY (county, hold) REFERENCES ledger.transfer(county, id) DEFERRABLE INITIALLY DEFERRED,
  constraint payout_line_county_late_fkey FOREIGN KEY (county, late) REFERENCES ledger.transfer(county, id) DEFERRABLE INITIALLY DEFERRED,
  constraint payout_line_county_payee_fkey FOREIGN KEY (county, payee) REFERENCES trade.payee(county, id),
  constraint payout_line_county_station_fkey FOREIGN KEY (county, station) REFERENCES registry.organisation(county, id),
  constraint payout_line_account_kind_check CHECK ((account_kind = ANY (ARRAY['household'::text, 'merchant'::text, 'station'::text]))),
  constraint payout_line_attempts_check CHECK ((attempts >= 0)),
  constraint payout_line_check CHECK (((channel = 'station'::text) = (station IS NOT NULL))),
  constraint payout_line_check1 CHECK (((channel = 'station'::text) = (payee IS NULL))),
  constraint payout_line_check2 CHECK (((account_kind = 'household'::text) = (village IS NOT NULL))),
  constraint payout_line_check3 CHECK (((state = ANY (ARRAY['waiting'::text, 'cancelled'::text])) <= (hold IS NULL))),
  constraint payout_line_check4 CHECK (((state = 'returned'::text) = (back IS NOT NULL))),
  constraint payout_line_check5 CHECK (((late IS NULL) OR (state = ANY (ARRAY['paid'::text, 'returned'::text])))),
  constraint payout_line_fen_check CHECK ((fen > 0)),
  constraint payout_line_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'under_way'::text, 'confirming'::text, 'handing'::text, 'paid'::text, 'failed'::text, 'returned'::text, 'cancelled'::text]))),
  constraint payout_line_village_check CHECK ((village ~ '^\d{12}$'::text))
);
CREATE INDEX payout_line_batch ON trade.payout_line USING btree (county, batch, "position");
CREATE INDEX payout_line_due ON trade.payout_line USING btree (county, next_at) WHERE (next_at IS NOT NULL);
CREATE UNIQUE INDEX payout_line_live ON trade.payout_line USING btree (county, account_kind, owner) WHERE (state = ANY (ARRAY['waiting'::text, 'under_way'::text, 'confirming'::text, 'handing'::text]));
CREATE INDEX payout_line_owner ON trade.payout_line USING btree (county, owner, sent_at);
CREATE INDEX payout_line_station ON trade.payout_line USING btree (county, station) WHERE (state = 'handing'::text);
alter table trade.payout_line enable row level security;
alter table trade.payout_line force row level security;
create policy scope on trade.payout_line as permissive for all to public using (((village IS NULL) OR (current_setting('app.scope'::text, true) = 'all'::text) OR starts_with(village, NULLIF(current_setting('app.scope'::text, true), ''::text))));

create table trade.payout_matter (
  county integer not null,
  id uuid not null,
  kind text not null,
  subject uuid not null,
  village text,
  fen bigint,
  why text not null,
  opened_at timestamp with time zone not null,
  closed_by text,
  closed_at timestamp with time zone,
  note text,
  constraint payout_matter_pkey PRIMARY KEY (county, id),
  constraint payout_matter_check CHECK (((closed_by IS NULL) = (closed_at IS NULL))),
  constraint payout_matter_kind_check CHECK ((kind = ANY (ARRAY['payout-failed'::text, 'payout-returned'::text, 'payout-late'::text, 'payout-unclear'::text, 'no-way-to-pay'::text, 'receiver-refused'::text, 'sharing-failed'::text, 'sharing-unclear'::text, 'thaw-near'::text, 'back-failed'::text]))),
  constraint payout_matter_village_check CHECK ((village ~ '^\d{12}$'::text))
);
CREATE UNIQUE INDEX payout_matter_open ON trade.payout_matter USING btree (county, kind, subject) WHERE (closed_at IS NULL);
CREATE INDEX payout_matter_time ON trade.payout_matter USING btree (county, opened_at);
alter table trade.payout_matter enable row level security;
alter table trade.payout_matter force row level security;
create policy scope on trade.payout_matter as permissive for all to public using (((village IS NULL) OR (current_setting('app.scope'::text, true) = 'all'::text) OR starts_with(village, NULLIF(current_setting('app.scope'::text, true), ''::text))));

create table trade.payout_receipt (
  county integer not null,
  line uuid not null,
  village text not null,
  number text not null,
  photo uuid,
  confirmed_by text not null,
  witness text,
  till text not null,
  by_person text not null,
  at timestamp with time zone not null,
  constraint payout_receipt_pkey PRIMARY KEY (county, line),
  constraint payout_receipt_county_line_fkey FOREIGN KEY (county, line) REFERENCES trade.payout_line(county, id),
  constraint payout_receipt_county_photo_fkey FOREIGN KEY (county, photo) REFERENCES platform.file(county, id),
  constraint payout_receipt_check CHECK (((confirmed_by = 'witness'::text) = (witness IS NOT NULL))),
  constraint payout_receipt_confirmed_by_check CHECK ((confirmed_by = ANY (ARRAY['household'::text, 'witness'::text]))),
  constraint payout_receipt_till_check CHECK ((till = ANY (ARRAY['station_cash'::text, 'station'::text]))),
  constraint payout_receipt_village_check CHECK ((village ~ '^\d{12}$'::text))
);
CREATE UNIQUE INDEX payout_receipt_number ON trade.payout_receipt USING btree (county, number);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON trade.payout_receipt FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();
alter table trade.payout_receipt enable row level security;
alter table trade.payout_receipt force row level security;
create policy scope on trade.payout_receipt as permissive for all to public using (((current_setting('app.scope'::text, true) = 'all'::text) OR starts_with(village, NULLIF(current_setting('app.scope'::text, true), ''::text))));

create table trade.payout_schedule (
  county integer not null,
  weekday integer,
  month_day integer,
  minimum_fen bigint not null,
  updated_by text,
  updated_at timestamp with time zone not null,
  constraint payout_schedule_pkey PRIMARY KEY (county),
  constraint payout_schedule_check CHECK (((weekday IS NULL) <> (month_day IS NULL))),
  constraint payout_schedule_minimum_fen_check CHECK ((minimum_fen > 0)),
  constraint payout_schedule_month_day_check CHECK (((month_day >= 1) AND (month_day <= 31))),
  constraint payout_schedule_weekday_check CHECK (((weekday >= 1) AND (weekday <= 7)))
);

create table trade.payout_sweep (
  county integer not null,
  swept_day date not null,
  at timestamp with time zone not null,
  constraint payout_sweep_pkey PRIMARY KEY (county)
);

create table trade.promise (
  county integer not null,
  id uuid not null,
  until timestamp with time zone not null,
  over_at timestamp with time zone,
  constraint promise_pkey PRIMARY KEY (county, id)
);

create table trade.promise_part (
  county integer not null,
  line uuid not null,
  part text not null,
  fen bigint not null,
  constraint promise_part_pkey PRIMARY KEY (county, line, part),
  constraint promise_part_county_line_fkey FOREIGN KEY (county, line) REFERENCES trade.order_line(county, id),
  constraint promise_part_fen_check CHECK ((fen > 0)),
  constraint promise_part_part_check CHECK ((part = ANY (ARRAY['merchant'::text, 'fund'::text, 'household'::text])))
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON trade.promise_part FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table trade.promotion (
  county integer not null,
  id uuid not null,
  kind text not null,
  name text not null,
  bearer text not null,
  org uuid,
  "position" integer not null,
  starts_at timestamp with time zone not null,
  ends_at timestamp with time zone not null,
  hold_minutes integer,
  price_fen bigint,
  pieces integer,
  buyer_pieces integer,
  category text,
  products uuid[],
  on_reduced boolean not null,
  repeats boolean not null,
  created_by text,
  created_at timestamp with time zone not null,
  ended_by text,
  ended_at timestamp with time zone,
  name_en text,
  constraint promotion_pkey PRIMARY KEY (county, id),
  constraint promotion_county_org_fkey FOREIGN KEY (county, org) REFERENCES registry.organisation(county, id),
  constraint promotion_bearer_check CHECK ((bearer = ANY (ARRAY['merchant'::text, 'county'::text, 'platform'::text]))),
  constraint promotion_buyer_pieces_check CHECK ((buyer_pieces > 0)),
  constraint promotion_check CHECK ((ends_at > starts_at)),
  constraint promotion_check1 CHECK (((bearer <> 'merchant'::text) OR (org IS NOT NULL))),
  constraint promotion_check2 CHECK (((kind = 'bundle'::text) = (price_fen IS NOT NULL))),
  constraint promotion_hold_minutes_check CHECK (((hold_minutes >= 1) AND (hold_minutes <= 1440))),
  constraint promotion_kind_check CHECK ((kind = ANY (ARRAY['campaign'::text, 'bundle'::text, 'full_reduction'::text]))),
  constraint promotion_pieces_check CHECK ((pieces > 0)),
  constraint promotion_price_fen_check CHECK ((price_fen > 0))
);
CREATE INDEX promotion_ends ON trade.promotion USING btree (county, ends_at);

create table trade.promotion_line (
  county integer not null,
  id uuid not null,
  promotion uuid not null,
  sku uuid not null,
  packs integer not null,
  price_fen bigint,
  pieces integer,
  buyer_packs integer,
  constraint promotion_line_pkey PRIMARY KEY (county, id),
  constraint promotion_line_county_promotion_sku_key UNIQUE (county, promotion, sku),
  constraint promotion_line_county_promotion_fkey FOREIGN KEY (county, promotion) REFERENCES trade.promotion(county, id),
  constraint promotion_line_county_sku_fkey FOREIGN KEY (county, sku) REFERENCES catalog.sku(county, id),
  constraint promotion_line_buyer_packs_check CHECK ((buyer_packs > 0)),
  constraint promotion_line_packs_check CHECK (((packs >= 1) AND (packs <= 999))),
  constraint promotion_line_pieces_check CHECK ((pieces > 0)),
  constraint promotion_line_price_fen_check CHECK ((price_fen > 0))
);
CREATE INDEX promotion_line_sku ON trade.promotion_line USING btree (county, sku);

create table trade.promotion_step (
  county integer not null,
  promotion uuid not null,
  from_fen bigint not null,
  off_fen bigint not null,
  constraint promotion_step_pkey PRIMARY KEY (county, promotion, from_fen),
  constraint promotion_step_county_promotion_fkey FOREIGN KEY (county, promotion) REFERENCES trade.promotion(county, id),
  constraint promotion_step_check CHECK ((off_fen <= from_fen)),
  constraint promotion_step_from_fen_check CHECK ((from_fen > 0)),
  constraint promotion_step_off_fen_check CHECK ((off_fen > 0))
);

create table trade.quota (
  county integer not null,
  subject uuid not null,
  holder text not null,
  most integer not null,
  used integer not null,
  constraint quota_pkey PRIMARY KEY (county, subject, holder),
  constraint quota_check CHECK (((used >= 0) AND (used <= most))),
  constraint quota_most_check CHECK ((most > 0))
);

create table trade.recall_line (
  county integer not null,
  recall uuid not null,
  line uuid not null,
  lot uuid not null,
  sku uuid not null,
  "order" uuid not null,
  person text not null,
  org uuid not null,
  packs integer not null,
  unshipped text not null,
  found text not null,
  state text not null,
  told_at timestamp with time zone not null,
  seen_at timestamp with time zone,
  decided_by text,
  decided_at timestamp with time zone,
  constraint recall_line_pkey PRIMARY KEY (county, recall, line, lot),
  constraint recall_line_county_line_fkey FOREIGN KEY (county, line) REFERENCES trade.order_line(county, id),
  constraint recall_line_found_check CHECK ((found = ANY (ARRAY['unpaid'::text, 'waiting'::text, 'packed'::text, 'gone'::text]))),
  constraint recall_line_packs_check CHECK ((packs > 0)),
  constraint recall_line_state_check CHECK ((state = ANY (ARRAY['held'::text, 'cancelled'::text, 'refunded'::text, 'replaced'::text, 'told'::text, 'lifted'::text]))),
  constraint recall_line_unshipped_check CHECK ((unshipped = ANY (ARRAY['refund'::text, 'hold'::text])))
);
CREATE INDEX recall_line_held ON trade.recall_line USING btree (county, recall) WHERE (state = 'held'::text);
CREATE INDEX recall_line_order ON trade.recall_line USING btree (county, "order");

create table trade.recall_message (
  county integer not null,
  recall uuid not null,
  person text not null,
  state text not null,
  attempts integer not null default 0,
  next_at timestamp with time zone,
  ended_at timestamp with time zone,
  number text,
  why text,
  constraint recall_message_pkey PRIMARY KEY (county, recall, person),
  constraint recall_message_attempts_check CHECK ((attempts >= 0)),
  constraint recall_message_check CHECK (((state = 'waiting'::text) = (next_at IS NOT NULL))),
  constraint recall_message_check1 CHECK (((state = 'waiting'::text) = (ended_at IS NULL))),
  constraint recall_message_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'sent'::text, 'failed'::text, 'dropped'::text])))
);
CREATE INDEX recall_message_due ON trade.recall_message USING btree (county, next_at) WHERE (next_at IS NOT NULL);

create table trade.reconcile_case (
  id uuid not null,
  kind text not null,
  subject text not null,
  counties integer[] not null,
  provider text not null,
  day date not null,
  payment uuid,
  refund uuid,
  remittance uuid,
  our_fen bigint not null,
  their_fen bigint not null,
  state text not null,
  opened_at timestamp with time zone not null,
  constraint reconcile_case_pkey PRIMARY KEY (id),
  constraint reconcile_case_kind_subject_key UNIQUE (kind, subject),
  constraint reconcile_case_kind_check CHECK ((kind = ANY (ARRAY['missing'::text, 'surplus'::text, 'amount'::text, 'fee'::text, 'remittance'::text]))),
  constraint reconcile_case_state_check CHECK ((state = ANY (ARRAY['open'::text, 'explained'::text, 'corrected'::text, 'closed'::text])))
);
CREATE INDEX reconcile_case_counties ON trade.reconcile_case USING gin (counties);
CREATE INDEX reconcile_case_state ON trade.reconcile_case USING btree (state, opened_at);

create table trade.reconcile_move (
  id uuid not null,
  case_id uuid not null,
  from_state text,
  to_state text not null,
  reason text not null,
  by_person text not null,
  at timestamp with time zone not null,
  constraint reconcile_move_pkey PRIMARY KEY (id),
  constraint reconcile_move_case_id_fkey FOREIGN KEY (case_id) REFERENCES trade.reconcile_case(id),
  constraint reconcile_move_reason_check CHECK ((length(btrim(reason)) >= 2))
);
CREATE INDEX reconcile_move_case ON trade.reconcile_move USING btree (case_id, at);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON trade.reconcile_move FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table trade.refund (
  county integer not null,
  id uuid not null,
  "order" uuid not null,
  payment uuid not null,
  fen bigint not null,
  state text not null,
  reason text not null,
  by_person text,
  asked_at timestamp with time zone not null,
  done_at timestamp with time zone,
  tries integer not null default 0,
  taken_at timestamp with time zone,
  asks integer not null default 0,
  ask_at timestamp with time zone,
  why text,
  constraint refund_pkey PRIMARY KEY (county, id),
  constraint refund_county_order_fkey FOREIGN KEY (county, "order") REFERENCES trade."order"(county, id),
  constraint refund_asks_check CHECK ((asks >= 0)),
  constraint refund_fen_check CHECK ((fen > 0)),
  constraint refund_state_check CHECK ((state = ANY (ARRAY['asked'::text, 'done'::text, 'failed'::text]))),
  constraint refund_tries_check CHECK ((tries >= 0))
);
CREATE INDEX refund_asked ON trade.refund USING btree (county, asked_at) WHERE (state = 'asked'::text);
CREATE INDEX refund_done ON trade.refund USING btree (done_at);
CREATE INDEX refund_name ON trade.refund USING btree (id);
CREATE INDEX refund_order ON trade.refund USING btree (county, "order");
CREATE INDEX refund_payment ON trade.refund USING btree (payment);

create table trade.refund_line (
  county integer not null,
  refund uuid not null,
  line uuid not null,
  goods_fen bigint not null,
  freight_fen bigint not null,
  borne_fen bigint not null,
  settled boolean not null,
  constraint refund_line_pkey PRIMARY KEY (county, refund, line),
  constraint refund_line_county_line_fkey FOREIGN KEY (county, line) REFERENCES trade.order_line(county, id),
  constraint refund_line_county_refund_fkey FOREIGN KEY (county, refund) REFERENCES trade.refund(county, id),
  constraint refund_line_borne_fen_check CHECK ((borne_fen >= 0)),
  constraint refund_line_freight_fen_check CHECK ((freight_fen >= 0)),
  constraint refund_line_goods_fen_check CHECK ((goods_fen >= 0))
);
CREATE INDEX refund_line_line ON trade.refund_line USING btree (county, line);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON trade.refund_line FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table trade.remittance (
  county integer not null,
  id uuid not null,
  import uuid not null,
  bank_number text not null,
  booked_on date not null,
  fen bigint not null,
  payer_name text not null,
  payer_account_sealed bytea,
  remark text not null,
  matched_fen bigint not null default 0,
  returning_fen bigint not null default 0,
  returned_fen bigint not null default 0,
  created_at timestamp with time zone not null,
  constraint remittance_pkey PRIMARY KEY (county, id),
  constraint remittance_county_bank_number_key UNIQUE (county, bank_number),
  constraint remittance_county_import_fkey FOREIGN KEY (county, import) REFERENCES trade.remittance_import(county, id),
  constraint remittance_check CHECK ((((matched_fen + returning_fen) + returned_fen) <= fen)),
  constraint remittance_fen_check CHECK ((fen > 0)),
  constraint remittance_matched_fen_check CHECK ((matched_fen >= 0)),
  constraint remittance_returned_fen_check CHECK ((returned_fen >= 0)),
  constraint remittance_returning_fen_check CHECK ((returning_fen >= 0))
);
CREATE INDEX remittance_unmatched ON trade.remittance USING btree (county, booked_on) WHERE ((matched_fen + returned_fen) < fen);

create table trade.remittance_import (
  county integer not null,
  id uuid not null,
  file_name text not null,
  accepted integer not null,
  repeated integer not null,
  refused integer not null,
  by_person text not null,
  at timestamp with time zone not null,
  constraint remittance_import_pkey PRIMARY KEY (county, id)
);

create table trade.remittance_match (
  county integer not null,
  id uuid not null,
  remittance uuid not null,
  code text not null,
  payment uuid not null,
  fen bigint not null,
  how text not null,
  by_person text,
  at timestamp with time zone not null,
  constraint remittance_match_pkey PRIMARY KEY (county, id),
  constraint remittance_match_county_code_fkey FOREIGN KEY (county, code) REFERENCES trade.pay_code(county, code),
  constraint remittance_match_county_remittance_fkey FOREIGN KEY (county, remittance) REFERENCES trade.remittance(county, id),
  constraint remittance_match_fen_check CHECK ((fen > 0)),
  constraint remittance_match_how_check CHECK ((how = ANY (ARRAY['reference'::text, 'name'::text, 'person'::text])))
);
CREATE INDEX remittance_match_code ON trade.remittance_match USING btree (county, code);
CREATE INDEX remittance_match_payment ON trade.remittance_match USING btree (payment);
CREATE INDEX remittance_match_remittance ON trade.remittance_match USING btree (county, remittance);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON trade.remittance_match FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table trade.sandbox_deed (
  kind text not null,
  ours uuid not null,
  payment uuid not null,
  fen bigint not null,
  fee_fen bigint not null,
  at timestamp with time zone not null,
  constraint sandbox_deed_pkey PRIMARY KEY (kind, ours),
  constraint sandbox_deed_fen_check CHECK ((fen > 0)),
  constraint sandbox_deed_kind_check CHECK ((kind = ANY (ARRAY['payment'::text, 'refund'::text])))
);
CREATE INDEX sandbox_deed_at ON trade.sandbox_deed USING btree (at);

create table trade.settlement_bound (
  county integer not null,
  rule uuid not null,
  part text not null,
  per text not null,
  floor_fen bigint,
  cap_fen bigint,
  constraint settlement_bound_pkey PRIMARY KEY (county, rule, part),
  constraint settlement_bound_county_rule_fkey FOREIGN KEY (county, rule) REFERENCES trade.settlement_rule(county, id),
  constraint settlement_bound_cap_fen_check CHECK ((cap_fen >= 0)),
  constraint settlement_bound_check CHECK (((floor_fen IS NOT NULL) OR (cap_fen IS NOT NULL))),
  constraint settlement_bound_check1 CHECK ((floor_fen <= cap_fen)),
  constraint settlement_bound_floor_fen_check CHECK ((floor_fen > 0)),
  constraint settlement_bound_part_check CHECK ((part = ANY (ARRAY['station'::text, 'platform'::text, 'fund'::text, 'levy'::text, 'household'::text]))),
  constraint settlement_bound_per_check CHECK ((per = ANY (ARRAY['line'::text, 'order'::text])))
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON trade.settlement_bound FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table trade.settlement_order (
  county integer not null,
  id uuid not null,
  rules uuid[] not null,
  by_person text not null,
  at timestamp with time zone not null,
  constraint settlement_order_pkey PRIMARY KEY (county, id)
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON trade.settlement_order FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table trade.settlement_part (
  county integer not null,
  "order" uuid not null,
  line uuid,
  rule uuid,
  part text not null,
  org uuid,
  fen bigint not null,
  state text not null,
  hold uuid not null,
  constraint settlement_part_pkey PRIMARY KEY (county, hold),
  constraint settlement_part_fen_check CHECK ((fen > 0)),
  constraint settlement_part_part_check CHECK ((part = ANY (ARRAY['merchant'::text, 'station'::text, 'freight'::text, 'platform'::text, 'fund'::text, 'levy'::text, 'household'::text]))),
  constraint settlement_part_state_check CHECK ((state = ANY (ARRAY['held'::text, 'posted'::text, 'voided'::text])))
);
CREATE INDEX settlement_part_order ON trade.settlement_part USING btree (county, "order");

create table trade.settlement_rule (
  county integer not null,
  id uuid not null,
  "position" integer not null,
  name text not null,
  basis text not null,
  org uuid,
  category text,
  product uuid,
  station_bp integer not null,
  platform_bp integer not null,
  fund_bp integer not null,
  household_fen_per_pack bigint not null,
  valid_from date not null,
  valid_until date,
  created_by text,
  created_at timestamp with time zone not null,
  household_bp integer not null default 0,
  levy_bp integer not null default 0,
  replaces uuid,
  fee_bearer text not null,
  constraint settlement_rule_pkey PRIMARY KEY (county, id),
  constraint settlement_rule_county_org_fkey FOREIGN KEY (county, org) REFERENCES registry.organisation(county, id),
  constraint settlement_rule_check CHECK ((((((station_bp + platform_bp) + fund_bp) + levy_bp) + household_bp) <= 10000)),
  constraint settlement_rule_fee_bearer_check CHECK ((fee_bearer = ANY (ARRAY['platform'::text, 'merchant'::text, 'fund'::text]))),
  constraint settlement_rule_fund_bp_check CHECK (((fund_bp >= 0) AND (fund_bp <= 10000))),
  constraint settlement_rule_household_bp_check CHECK (((household_bp >= 0) AND (household_bp <= 10000))),
  constraint settlement_rule_household_fen_per_pack_check CHECK ((household_fen_per_pack >= 0)),
  constraint settlement_rule_levy_bp_check CHECK (((levy_bp >= 0) AND (levy_bp <= 10000))),
  constraint settlement_rule_platform_bp_check CHECK (((platform_bp >= 0) AND (platform_bp <= 10000))),
  constraint settlement_rule_station_bp_check CHECK (((station_bp >= 0) AND (station_bp <= 10000)))
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OF name, basis, org, category, product, station_bp, platform_bp, fund_bp, levy_bp, household_bp, household_fen_per_pack, valid_from, valid_until, replaces ON trade.settlement_rule FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table trade.settlement_rule_end (
  county integer not null,
  rule uuid not null,
  ends_at timestamp with time zone not null,
  reason text not null,
  by_person text,
  at timestamp with time zone not null,
  constraint settlement_rule_end_pkey PRIMARY KEY (county, rule),
  constraint settlement_rule_end_county_rule_fkey FOREIGN KEY (county, rule) REFERENCES trade.settlement_rule(county, id)
);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON trade.settlement_rule_end FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table trade.sharing (
  county integer not null,
  id uuid not null,
  "order" uuid not null,
  kind text not null,
  state text not null,
  why text,
  created_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  constraint sharing_pkey PRIMARY KEY (county, id),
  constraint sharing_county_order_fkey FOREIGN KEY (county, "order") REFERENCES trade.order_sharing(county, "order"),
  constraint sharing_kind_check CHECK ((kind = ANY (ARRAY['share'::text, 'finish'::text]))),
  constraint sharing_state_check CHECK ((state = ANY (ARRAY['under_way'::text, 'finished'::text, 'refused'::text])))
);
CREATE INDEX sharing_ended ON trade.sharing USING btree (county, ended_at) WHERE (ended_at IS NOT NULL);
CREATE INDEX sharing_order ON trade.sharing USING btree (county, "order", created_at);

create table trade.sharing_back (
  county integer not null,
  id uuid not null,
  "order" uuid not null,
  sharing uuid not null,
  "position" integer not null,
  fen bigint not null,
  state text not null,
  transfer uuid,
  why text,
  attempts integer not null,
  next_at timestamp with time zone,
  created_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  constraint sharing_back_pkey PRIMARY KEY (county, id),
  constraint sharing_back_county_sharing_position_fkey FOREIGN KEY (county, sharing, "position") REFERENCES trade.sharing_part(county, sharing, "position"),
  constraint sharing_back_county_transfer_fkey FOREIGN KEY (county, transfer) REFERENCES ledger.transfer(county, id) DEFERRABLE INITIALLY DEFERRED,
  constraint sharing_back_attempts_check CHECK ((attempts >= 0)),
  constraint sharing_back_check CHECK (((state = 'done'::text) = (transfer IS NOT NULL))),
  constraint sharing_back_fen_check CHECK ((fen > 0)),
  constraint sharing_back_state_check CHECK ((state = ANY (ARRAY['under_way'::text, 'done'::text, 'failed'::text])))
);
CREATE INDEX sharing_back_due ON trade.sharing_back USING btree (county, next_at) WHERE (next_at IS NOT NULL);
CREATE INDEX sharing_back_order ON trade.sharing_back USING btree (county, "order");

create table trade.sharing_part (
  county integer not null,
  sharing uuid not null,
  "position" integer not null,
  "order" uuid not null,
  org uuid not null,
  account_kind text not null,
  payee uuid not null,
  fen bigint not null,
  state text not null,
  hold uuid not null,
  why text,
  constraint sharing_part_pkey PRIMARY KEY (county, sharing, "position"),
  constraint sharing_part_county_hold_fkey FOREIGN KEY (county, hold) REFERENCES ledger.transfer(county, id) DEFERRABLE INITIALLY DEFERRED,
  constraint sharing_part_county_payee_fkey FOREIGN KEY (county, payee) REFERENCES trade.payee(county, id),
  constraint sharing_part_county_sharing_fkey FOREIGN KEY (county, sharing) REFERENCES trade.sharing(county, id),
  constraint sharing_part_account_kind_check CHECK ((account_kind = ANY (ARRAY['merchant'::text, 'station'::text]))),
  constraint sharing_part_fen_check CHECK ((fen > 0)),
  constraint sharing_part_state_check CHECK ((state = ANY (ARRAY['under_way'::text, 'paid'::text, 'failed'::text])))
);
CREATE INDEX sharing_part_order ON trade.sharing_part USING btree (county, "order");

create table trade.sku_price (
  county integer not null,
  id uuid not null,
  sku uuid not null,
  kind text not null,
  from_packs integer not null,
  price_fen bigint not null,
  created_by text,
  created_at timestamp with time zone not null,
  ended_by text,
  ended_at timestamp with time zone,
  constraint sku_price_pkey PRIMARY KEY (county, id),
  constraint sku_price_county_sku_fkey FOREIGN KEY (county, sku) REFERENCES catalog.sku(county, id),
  constraint sku_price_from_packs_check CHECK (((from_packs >= 1) AND (from_packs <= 999))),
  constraint sku_price_kind_check CHECK ((kind = ANY (ARRAY['tier'::text, 'member'::text, 'institution'::text]))),
  constraint sku_price_price_fen_check CHECK ((price_fen > 0))
);
CREATE UNIQUE INDEX sku_price_standing ON trade.sku_price USING btree (county, sku, kind, from_packs) WHERE (ended_at IS NULL);

create table trade.sku_terms (
  county integer not null,
  sku uuid not null,
  min_packs integer not null,
  step_packs integer not null,
  buyer_packs integer,
  hold_minutes integer not null,
  by_weight boolean not null,
  updated_by text,
  updated_at timestamp with time zone not null,
  constraint sku_terms_pkey PRIMARY KEY (county, sku),
  constraint sku_terms_county_sku_fkey FOREIGN KEY (county, sku) REFERENCES catalog.sku(county, id),
  constraint sku_terms_buyer_packs_check CHECK ((buyer_packs > 0)),
  constraint sku_terms_hold_minutes_check CHECK (((hold_minutes >= 1) AND (hold_minutes <= 1440))),
  constraint sku_terms_min_packs_check CHECK (((min_packs >= 1) AND (min_packs <= 999))),
  constraint sku_terms_step_packs_check CHECK (((step_packs >= 1) AND (step_packs <= 999)))
);

create table trade.stock (
  county integer not null,
  sku uuid not null,
  lot uuid not null,
  org uuid not null,
  expires_on date not null,
  on_hand integer not null,
  reserved integer not null,
  state text not null,
  created_at timestamp with time zone not null,
  constraint stock_pkey PRIMARY KEY (county, sku, lot),
  constraint stock_county_lot_fkey FOREIGN KEY (county, lot) REFERENCES trace.lot(county, id),
  constraint stock_county_sku_fkey FOREIGN KEY (county, sku) REFERENCES catalog.sku(county, id),
  constraint stock_check CHECK ((reserved <= on_hand)),
  constraint stock_on_hand_check CHECK ((on_hand >= 0)),
  constraint stock_reserved_check CHECK ((reserved >= 0)),
  constraint stock_state_check CHECK ((state = ANY (ARRAY['on_sale'::text, 'stopped'::text, 'recalled'::text])))
);
CREATE INDEX stock_choice ON trade.stock USING btree (county, sku, expires_on, lot) WHERE (state = 'on_sale'::text);

create table trade.stock_movement (
  county integer not null,
  id uuid not null,
  sku uuid not null,
  lot uuid not null,
  kind text not null,
  on_hand integer not null,
  evidence_kind text not null,
  evidence uuid not null,
  by_person text,
  at timestamp with time zone not null,
  constraint stock_movement_pkey PRIMARY KEY (county, id),
  constraint stock_movement_county_sku_lot_fkey FOREIGN KEY (county, sku, lot) REFERENCES trade.stock(county, sku, lot),
  constraint stock_movement_kind_check CHECK ((kind = ANY (ARRAY['received'::text, 'taken'::text, 'returned'::text, 'counted'::text, 'lost'::text, 'destroyed'::text]))),
  constraint stock_movement_on_hand_check CHECK ((on_hand <> 0))
);
CREATE INDEX stock_movement_stock ON trade.stock_movement USING btree (county, sku, lot, at);
CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON trade.stock_movement FOR EACH ROW EXECUTE FUNCTION platform.refuse_change();

create table trade.wechat_openid (
  person text not null,
  app_id text not null,
  openid_sealed bytea not null,
  at timestamp with time zone not null,
  constraint wechat_openid_pkey PRIMARY KEY (person, app_id)
);

create table trade.wechat_state (
  state_hash text not null,
  person text not null,
  session_hash text not null,
  checkout uuid not null,
  created_at timestamp with time zone not null,
  used_at timestamp with time zone,
  constraint wechat_state_pkey PRIMARY KEY (state_hash)
);

create table trade.weighing (
  county integer not null,
  id uuid not null,
  "order" uuid not null,
  line uuid not null,
  nominal_grams bigint not null,
  grams bigint not null,
  charged_fen bigint not null,
  due_fen bigint not null,
  outcome text not null,
  refund uuid,
  balance uuid,
  by_person text,
  at timestamp with time zone not null,
  constraint weighing_pkey PRIMARY KEY (county, id),
  constraint weighing_county_line_key UNIQUE (county, line),
  constraint weighing_county_line_fkey FOREIGN KEY (county, line) REFERENCES trade.order_line(county, id),
  constraint weighing_charged_fen_check CHECK ((charged_fen >= 0)),
  constraint weighing_due_fen_check CHECK ((due_fen >= 0)),
  constraint weighing_grams_check CHECK ((grams > 0)),
  constraint weighing_nominal_grams_check CHECK ((nominal_grams > 0)),
  constraint weighing_outcome_check CHECK ((outcome = ANY (ARRAY['exact'::text, 'refunded'::text, 'waived'::text, 'asked'::text])))
);

create view trade.line_facts with (security_invoker=true) as
 SELECT l.county,
    l.id AS line,
    l."order",
    l.org,
    o.number AS order_number
   FROM (trade.order_line l
     JOIN trade."order" o ON (((o.county = l.county) AND (o.id = l."order"))));

create view trade.line_lot_facts with (security_invoker=true) as
 SELECT l.county,
    l."order",
    l.id AS line,
    l.product,
    l.sku,
    l.org,
    ((((l.goods_fen)::numeric + COALESCE(( SELECT sum(d.fen) AS sum
           FROM trade.line_discount d
          WHERE ((d.county = l.county) AND (d.line = l.id) AND (d.bearer <> 'merchant'::text))), (0)::numeric)) - COALESCE(( SELECT sum((r.goods_fen + r.borne_fen)) AS sum
           FROM trade.refund_line r
          WHERE ((r.county = l.county) AND (r.line = l.id) AND (NOT r.settled))), (0)::numeric)))::bigint AS goods_fen,
    (((l.freight_fen)::numeric - COALESCE(( SELECT sum(r.freight_fen) AS sum
           FROM trade.refund_line r
          WHERE ((r.county = l.county) AND (r.line = l.id) AND (NOT r.settled))), (0)::numeric)))::bigint AS freight_fen,
    l.pack_grams,
    a.lot,
    (a.packs - a.back_packs) AS packs,
    a.state
   FROM (trade.order_line l
     JOIN trade.allocation a ON (((a.county = l.county) AND (a.line = l.id) AND (a.state <> 'released'::text))))
  WHERE ((l.replaces IS NULL) AND (a.packs > a.back_packs));

create view trade.order_facts with (security_invoker=true) as
 SELECT county,
    id AS "order",
    number,
    person,
    state,
    goods_fen,
    freight_fen,
    total_fen,
    ship_region,
    placed_at,
    paid_at,
    closed_at,
    promise
   FROM trade."order";

create view trade.part_facts with (security_invoker=true) as
 SELECT county,
    "order",
    line,
    part,
    org,
    fen,
    state
   FROM trade.settlement_part;

create view trade.refund_facts with (security_invoker=true) as
 SELECT r.county,
    r."order",
    r.fen,
    r.state,
    r.asked_at,
    r.done_at
   FROM (trade.refund r
     JOIN trade."order" o ON (((o.county = r.county) AND (o.id = r."order"))))
  WHERE (o.paid_at IS NOT NULL);

create view trade.shelf_facts with (security_invoker=true) as
 SELECT county,
    sku,
    lot,
    org,
    on_hand
   FROM trade.stock
  WHERE ((state = 'on_sale'::text) AND (on_hand > 0));
