/** One step of the schema, and the way back. */
export interface Migration {
  up: string;
  down: string;
}

/**
 * Entry n brings the schema from version n to n + 1, its `down` back. Never change one that has landed. Plain SQL:
 * text for times (RFC 3339, UTC: they sort as they read) and JSON, integers 0 and 1 for truth. SQLite's own is the word
 * STRICT (columns keep to their types) and the triggers.
 */
export const migrations: readonly Migration[] = [
  {
    up: `
      CREATE TABLE conference (
        conference_id TEXT PRIMARY KEY,
        title TEXT NOT NULL,
        number TEXT NOT NULL UNIQUE,
        pin TEXT,
        link TEXT NOT NULL UNIQUE,
        created_at TEXT NOT NULL
      ) STRICT;
      CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;`,
    down: 'DROP TABLE setting; DROP TABLE conference;',
  },
  {
    up: `
      CREATE TABLE conference_view (
        conference_id TEXT PRIMARY KEY REFERENCES conference ON DELETE CASCADE,
        view TEXT NOT NULL
      ) STRICT;`,
    down: 'DROP TABLE conference_view;',
  },
  {
    // Identity. conference_access has no reference to conference: recordings outlive it and stay whose they were.
    up: `
      CREATE TABLE institution (
        institution_id TEXT PRIMARY KEY,
        parent_id TEXT REFERENCES institution,
        kind TEXT NOT NULL CHECK (kind IN ('region', 'hospital', 'department')),
        name TEXT NOT NULL
      ) STRICT;
      CREATE TABLE user_account (
        user_id TEXT PRIMARY KEY,
        user_name TEXT NOT NULL UNIQUE,
        display_name TEXT NOT NULL,
        institution_id TEXT REFERENCES institution,
        roles TEXT NOT NULL,
        disabled INTEGER NOT NULL DEFAULT 0,
        password_hash TEXT,
        password_changed_at TEXT,
        must_change_password INTEGER NOT NULL DEFAULT 0,
        failed_log_ins INTEGER NOT NULL DEFAULT 0,
        locked_until TEXT,
        totp_secret TEXT,
        totp_last_step INTEGER,
        version INTEGER NOT NULL DEFAULT 1,
        created_at TEXT NOT NULL
      ) STRICT;
      CREATE TABLE former_password (
        user_id TEXT NOT NULL REFERENCES user_account ON DELETE CASCADE,
        password_hash TEXT NOT NULL,
        replaced_at TEXT NOT NULL
      ) STRICT;
      CREATE INDEX former_password_user ON former_password (user_id);
      CREATE TABLE recovery_code (
        code_hash TEXT PRIMARY KEY,
        user_id TEXT NOT NULL REFERENCES user_account ON DELETE CASCADE
      ) STRICT;
      CREATE TABLE user_group (
        group_id TEXT PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        roles TEXT NOT NULL
      ) STRICT;
      CREATE TABLE group_member (
        group_id TEXT NOT NULL REFERENCES user_group ON DELETE CASCADE,
        user_id TEXT NOT NULL REFERENCES user_account ON DELETE CASCADE,
        PRIMARY KEY (group_id, user_id)
      ) STRICT;
      CREATE TABLE session (
        session_id TEXT PRIMARY KEY,
        token_hash TEXT NOT NULL UNIQUE,
        user_id TEXT NOT NULL REFERENCES user_account ON DELETE CASCADE,
        scopes TEXT,
        second_factor INTEGER NOT NULL,
        created_at TEXT NOT NULL,
        last_seen_at TEXT NOT NULL,
        source TEXT NOT NULL,
        user_agent TEXT NOT NULL
      ) STRICT;
      CREATE TABLE api_key (
        key_id TEXT PRIMARY KEY,
        key_hash TEXT NOT NULL UNIQUE,
        user_id TEXT NOT NULL REFERENCES user_account ON DELETE CASCADE,
        name TEXT NOT NULL,
        scopes TEXT NOT NULL,
        created_at TEXT NOT NULL,
        expires_at TEXT
      ) STRICT;
      CREATE TABLE conference_access (
        conference_id TEXT PRIMARY KEY,
        owner_id TEXT,
        institution_id TEXT
      ) STRICT;
      CREATE TABLE conference_member (
        conference_id TEXT NOT NULL,
        user_id TEXT NOT NULL REFERENCES user_account ON DELETE CASCADE,
        role TEXT NOT NULL CHECK (role IN ('chair', 'participant', 'viewer')),
        PRIMARY KEY (conference_id, user_id)
      ) STRICT;
      CREATE TABLE join_link (
        link_hash TEXT PRIMARY KEY,
        link_id TEXT NOT NULL UNIQUE,
        conference_id TEXT NOT NULL REFERENCES conference ON DELETE CASCADE,
        expires_at TEXT NOT NULL
      ) STRICT;`,
    down: `
      DROP TABLE join_link; DROP TABLE conference_member; DROP TABLE conference_access; DROP TABLE api_key;
      DROP TABLE session; DROP TABLE group_member; DROP TABLE user_group; DROP TABLE recovery_code;
      DROP TABLE former_password; DROP TABLE user_account; DROP TABLE institution;`,
  },
  {
    // The audit: nothing is ever changed, and nothing is deleted but what retention has sealed in audit_seal.
    up: `
      CREATE TABLE audit_record (
        sequence INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        actor_id TEXT,
        actor_name TEXT NOT NULL,
        source TEXT NOT NULL,
        action TEXT NOT NULL,
        object TEXT NOT NULL,
        result TEXT NOT NULL,
        detail TEXT NOT NULL,
        hash TEXT NOT NULL
      ) STRICT;
      CREATE INDEX audit_record_at ON audit_record (at);
      CREATE TABLE audit_seal (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        sequence INTEGER NOT NULL,
        hash TEXT NOT NULL
      ) STRICT;
      CREATE TRIGGER audit_record_is_final BEFORE UPDATE ON audit_record
        BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
      CREATE TRIGGER audit_record_is_kept BEFORE DELETE ON audit_record
        WHEN OLD.sequence > coalesce((SELECT sequence FROM audit_seal), 0)
        BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;`,
    down: `
      DROP TRIGGER audit_record_is_kept; DROP TRIGGER audit_record_is_final;
      DROP TABLE audit_seal; DROP TABLE audit_record;`,
  },
  {
    // Calls of rooms that stand, to resume them after a crash. They go with the conference, not with its record.
    up: `
      CREATE TABLE sip_call (
        call_id TEXT PRIMARY KEY,
        conference_id TEXT NOT NULL,
        call TEXT NOT NULL
      ) STRICT;`,
    down: 'DROP TABLE sip_call;',
  },
  {
    // The life of conferences. The journal has no reference to conference: it outlives it.
    up: `
      CREATE TABLE conference_life (
        conference_id TEXT PRIMARY KEY REFERENCES conference ON DELETE CASCADE,
        state TEXT NOT NULL CHECK (state IN ('open', 'scheduled', 'running', 'ended')),
        opens_at TEXT,
        ends_at TEXT,
        started_at TEXT,
        locked INTEGER NOT NULL,
        run TEXT
      ) STRICT;
      CREATE TABLE conference_journal (
        conference_id TEXT NOT NULL,
        sequence INTEGER NOT NULL,
        at TEXT NOT NULL,
        actor_kind TEXT NOT NULL,
        actor_id TEXT,
        actor_name TEXT NOT NULL,
        kind TEXT NOT NULL,
        detail TEXT NOT NULL,
        PRIMARY KEY (conference_id, sequence)
      ) STRICT;
      CREATE TRIGGER conference_journal_is_final BEFORE UPDATE ON conference_journal
        BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
      CREATE TRIGGER conference_journal_is_kept BEFORE DELETE ON conference_journal
        BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;`,
    down: `
      DROP TRIGGER conference_journal_is_kept; DROP TRIGGER conference_journal_is_final;
      DROP TABLE conference_journal; DROP TABLE conference_life;`,
  },
  {
    // Web-hooks, and what is or was to be sent to them.
    up: `
      CREATE TABLE web_hook (
        web_hook_id TEXT PRIMARY KEY,
        url TEXT NOT NULL,
        secret TEXT NOT NULL,
        types TEXT NOT NULL,
        conference_id TEXT,
        owner_id TEXT NOT NULL REFERENCES user_account ON DELETE CASCADE,
        institution_id TEXT,
        enabled INTEGER NOT NULL,
        created_at TEXT NOT NULL
      ) STRICT;
      CREATE TABLE web_hook_delivery (
        delivery_id TEXT PRIMARY KEY,
        web_hook_id TEXT NOT NULL REFERENCES web_hook ON DELETE CASCADE,
        sequence INTEGER NOT NULL,
        type TEXT NOT NULL,
        body TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed')),
        attempts INTEGER NOT NULL,
        next_at TEXT NOT NULL,
        status INTEGER,
        error TEXT,
        created_at TEXT NOT NULL
      ) STRICT;
      CREATE INDEX web_hook_delivery_due ON web_hook_delivery (web_hook_id, state, next_at);`,
    down: 'DROP TABLE web_hook_delivery; DROP TABLE web_hook;',
  },
  {
    // Devices that register by SIP. The keys are HA1 of RFC 7616, for `realm` alone. bindings: JSON, written in batches.
    up: `
      CREATE TABLE sip_account (
        account_name TEXT PRIMARY KEY,
        display_name TEXT NOT NULL,
        institution_id TEXT REFERENCES institution,
        realm TEXT NOT NULL,
        md5_key TEXT NOT NULL,
        sha256_key TEXT NOT NULL,
        disabled INTEGER NOT NULL DEFAULT 0,
        created_at TEXT NOT NULL
      ) STRICT;
      CREATE TABLE sip_alias (
        number TEXT PRIMARY KEY,
        account_name TEXT NOT NULL REFERENCES sip_account ON DELETE CASCADE
      ) STRICT;
      CREATE INDEX sip_alias_account ON sip_alias (account_name);
      CREATE TABLE sip_binding (
        account_name TEXT PRIMARY KEY REFERENCES sip_account ON DELETE CASCADE,
        bindings TEXT NOT NULL
      ) STRICT;`,
    down: 'DROP TABLE sip_binding; DROP TABLE sip_alias; DROP TABLE sip_account;',
  },
  {
    // When conferences take place; mails that are to be sent; requests that must not be done twice.
    up: `
      CREATE TABLE booking (
        conference_id TEXT PRIMARY KEY REFERENCES conference ON DELETE CASCADE,
        schedule TEXT NOT NULL,
        organiser_id TEXT NOT NULL,
        version INTEGER NOT NULL,
        sequence INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE booking_occurrence (
        conference_id TEXT NOT NULL REFERENCES booking ON DELETE CASCADE,
        begins_at TEXT NOT NULL,
        ends_at TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('planned', 'begun', 'over')),
        reminded INTEGER NOT NULL,
        warned INTEGER NOT NULL,
        PRIMARY KEY (conference_id, begins_at)
      ) STRICT;
      CREATE INDEX booking_occurrence_time ON booking_occurrence (begins_at, ends_at);
      CREATE TABLE mail (
        mail_id TEXT PRIMARY KEY,
        conference_id TEXT NOT NULL,
        kind TEXT NOT NULL,
        recipient TEXT NOT NULL,
        message TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'failed')),
        attempts INTEGER NOT NULL,
        next_try_at TEXT NOT NULL,
        problem TEXT,
        created_at TEXT NOT NULL
      ) STRICT;
      CREATE INDEX mail_conference ON mail (conference_id);
      CREATE TABLE idempotency_key (
        place TEXT PRIMARY KEY,
        body_hash TEXT NOT NULL,
        result TEXT NOT NULL,
        at TEXT NOT NULL
      ) STRICT;`,
    down: `
      DROP TABLE idempotency_key; DROP TABLE mail; DROP TABLE booking_occurrence; DROP TABLE booking;`,
  },
  {
    // Numbers under which rooms dial recordings.
    up: `
      CREATE TABLE recording_number (
        recording_id TEXT PRIMARY KEY,
        number TEXT NOT NULL UNIQUE,
        pin TEXT
      ) STRICT;`,
    down: 'DROP TABLE recording_number;',
  },
  {
    // Users of a directory or a single sign-on: where they come from, and who they are there.
    up: `
      ALTER TABLE user_account ADD COLUMN origin TEXT NOT NULL DEFAULT 'local';
      ALTER TABLE user_account ADD COLUMN external_id TEXT;
      ALTER TABLE user_account ADD COLUMN refused_by_origin INTEGER NOT NULL DEFAULT 0;
      CREATE UNIQUE INDEX user_account_external ON user_account (origin, external_id);`,
    down: `
      DROP INDEX user_account_external;
      ALTER TABLE user_account DROP COLUMN refused_by_origin;
      ALTER TABLE user_account DROP COLUMN external_id;
      ALTER TABLE user_account DROP COLUMN origin;`,
  },
  {
    // What conferences are made after, again and again.
    up: `
      CREATE TABLE conference_template (
        template_id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        content TEXT NOT NULL,
        owner_id TEXT NOT NULL,
        institution_id TEXT,
        created_at TEXT NOT NULL
      ) STRICT;`,
    down: 'DROP TABLE conference_template;',
  },
  {
    // The address book; addresses and names of groups are JSON arrays.
    up: `
      CREATE TABLE address_entry (
        entry_id TEXT PRIMARY KEY,
        display_name TEXT NOT NULL,
        institution_id TEXT REFERENCES institution,
        addresses TEXT NOT NULL,
        group_names TEXT NOT NULL
      ) STRICT;`,
    down: 'DROP TABLE address_entry;',
  },
  {
    // Calls that stand and those that are over. media, quality: JSON.
    up: `
      CREATE TABLE call_log (
        sequence INTEGER PRIMARY KEY,
        conference_id TEXT,
        title TEXT NOT NULL,
        number TEXT NOT NULL,
        institution_id TEXT,
        site_id TEXT,
        call_id TEXT,
        way TEXT NOT NULL CHECK (way IN ('browser', 'link', 'sip')),
        direction TEXT NOT NULL CHECK (direction IN ('incoming', 'outgoing')),
        name TEXT NOT NULL,
        remote_uri TEXT NOT NULL,
        remote_address TEXT NOT NULL,
        user_agent TEXT NOT NULL,
        dialled TEXT NOT NULL,
        began_at TEXT NOT NULL,
        answered_at TEXT,
        ended_at TEXT,
        seen_at TEXT NOT NULL,
        result TEXT NOT NULL,
        reason TEXT,
        status INTEGER,
        detail TEXT NOT NULL,
        media TEXT NOT NULL,
        quality TEXT NOT NULL
      ) STRICT;
      CREATE INDEX call_log_conference ON call_log (conference_id, began_at);
      CREATE INDEX call_log_time ON call_log (began_at);
      CREATE INDEX call_log_standing ON call_log (sequence) WHERE ended_at IS NULL;`,
    down: 'DROP TABLE call_log;',
  },
  {
    up: 'ALTER TABLE conference ADD COLUMN chair_pin TEXT;',
    down: 'ALTER TABLE conference DROP COLUMN chair_pin;',
  },
  {
    up: 'ALTER TABLE conference_template ADD COLUMN version INTEGER NOT NULL DEFAULT 1;',
    down: 'ALTER TABLE conference_template DROP COLUMN version;',
  },
];
