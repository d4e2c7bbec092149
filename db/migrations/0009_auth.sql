-- auth: people's sign-in. The first five tables are better-auth's own (phone code, password, one-time codes), as its
-- migration tool writes them; they belong to no county. A phone stands here only as a keyed hash.
set local citus.multi_shard_modify_mode to 'sequential';

create schema auth;

create table auth."user" (
  "id"                  text primary key,
  "name"                text not null,
  "email"               text not null unique,
  "emailVerified"       boolean not null,
  "image"               text,
  "createdAt"           timestamptz default current_timestamp not null,
  "updatedAt"           timestamptz default current_timestamp not null,
  "phoneNumber"         text unique,
  "phoneNumberVerified" boolean,
  "username"            text unique,
  "displayUsername"     text,
  "twoFactorEnabled"    boolean
);

create table auth."session" (
  "id"        text primary key,
  "expiresAt" timestamptz not null,
  "token"     text not null unique,
  "createdAt" timestamptz default current_timestamp not null,
  "updatedAt" timestamptz not null,
  "ipAddress" text,
  "userAgent" text,
  "userId"    text not null references auth."user" ("id") on delete cascade
);

create table auth."account" (
  "id"                    text primary key,
  "accountId"             text not null,
  "providerId"            text not null,
  "userId"                text not null references auth."user" ("id") on delete cascade,
  "accessToken"           text,
  "refreshToken"          text,
  "idToken"               text,
  "accessTokenExpiresAt"  timestamptz,
  "refreshTokenExpiresAt" timestamptz,
  "scope"                 text,
  "password"              text,
  "createdAt"             timestamptz default current_timestamp not null,
  "updatedAt"             timestamptz not null
);

create table auth."verification" (
  "id"         text primary key,
  "identifier" text not null,
  "value"      text not null,
  "expiresAt"  timestamptz not null,
  "createdAt"  timestamptz default current_timestamp not null,
  "updatedAt"  timestamptz default current_timestamp not null
);

create table auth."twoFactor" (
  "id"                      text primary key,
  "secret"                  text not null,
  "backupCodes"             text not null,
  "userId"                  text not null references auth."user" ("id") on delete cascade,
  "verified"                boolean,
  "failedVerificationCount" integer,
  "lockedUntil"             timestamptz
);

-- The phone behind the hash, sealed; only its owner and messages to its owner need it.
create table auth.phone (
  person        text primary key references auth."user" ("id") on delete cascade,
  phone_sealed  bytea not null
);

-- How often something was tried lately: codes asked for one phone, wrong passwords for one user name. The subject is a
-- keyed hash, kept whether or not such a person exists, so that a limit tells nothing about who does.
create table auth.attempts (
  kind      text not null check (kind in ('phone-code', 'password', 'totp')),
  subject   text not null,
  count     int not null check (count > 0),
  since     timestamptz not null,
  primary key (kind, subject)
);

create index "session_userId" on auth."session" ("userId");
create index "account_userId" on auth."account" ("userId");
create index "verification_identifier" on auth."verification" ("identifier");
create index "twoFactor_secret" on auth."twoFactor" ("secret");
create index "twoFactor_userId" on auth."twoFactor" ("userId");
