/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every limit of the system, in one place. What happens at each is in docs/reference/limits.md;
 * each has a counter where it is met and a test that reaches it. Sizes are bytes, counts are
 * things.
 */
#ifndef TCN_MODEL_LIMITS_H
#define TCN_MODEL_LIMITS_H

/* One event and its parts. */
#define TCN_EVENT_BYTES_MAX (128 * 1024) /* an encoded event, open and sealed part together */
#define TCN_OPEN_BYTES_MAX (8 * 1024)    /* an encoded open part */
#define TCN_TEXT_BYTES_MAX (48 * 1024)   /* one sealed text in plain */
#define TCN_WORD_BYTES_MAX 63            /* an id of the policy: domain, organ, attribute, rule */
#define TCN_TITLE_BYTES_MAX 127          /* a title of the policy */
#define TCN_ARTICLE_BYTES_MAX 255        /* law and article of a rule */
#define TCN_NOTE_BYTES_MAX 1024          /* an open short text: reason, note, sentence */
#define TCN_ATTRIBUTES_MAX 32            /* attributes of one event */
#define TCN_ATTRIBUTE_BYTES_MAX 1024     /* the text of one attribute */
#define TCN_ZERO_TICKS_MAX 16            /* lines of one zero report: TCN_LINES_MAX */
#define TCN_ZERO_PLACES_MAX 16           /* places that it says were checked */
#define TCN_PLACE_BYTES_MAX 127          /* the name of one */
#define TCN_ZERO_DAYS_KEPT 400           /* days of which the state keeps what an office said */
#define TCN_BOARD_SIGNS_MAX 4096         /* matters that one board looks at */
#define TCN_GUARD_ORGANS_MAX 8           /* allow-list of a guarded event */
#define TCN_ACCUSED_ORGANS_MAX 8         /* organs that one complaint says it accuses */
#define TCN_COMPARTMENTS_MAX 4           /* contact and place, narrative, accused, informant */
#define TCN_WRAPS_MAX 8                  /* recipients of one compartment */
#define TCN_DIVISION_DIGITS 12           /* province 2, city 2, county 2, township 3, village 3 */

/* A chunk: what one lane sends at once. */
#define TCN_CHUNK_EVENTS_MAX 64
#define TCN_CHUNK_BODY_BYTES_SOFT (30 * 1024) /* cut here: a record then fills whole LMDB pages */
#define TCN_CHUNK_BODY_BYTES_MAX (TCN_EVENT_BYTES_MAX + 1024) /* a single large event alone */
#define TCN_CHUNK_HEAD_BYTES_MAX 512
#define TCN_SHARE_BYTES 32

/* A lane in flight. */
#define TCN_CREDIT_EVENTS 4096 /* unacknowledged events that the collector allows a lane */
#define TCN_CREDIT_BYTES (2 * 1024 * 1024) /* and their bytes */
#define TCN_WINDOW_BYTES_MIN (14 * 1024)   /* in flight on the slowest link, or one chunk */

/* Frames and messages. */
#define TCN_HEADER_BYTES_MAX 256
#define TCN_FRAME_BYTES_MAX (1024 * 1024)
#define TCN_MESSAGE_FRAMES_MAX 8
#define TCN_ITEMS_BYTES_SOFT (48 * 1024) /* an ITEMS message is closed when it passes this */
#define TCN_ITEMS_MAX 256                /* items of one ITEMS message */
#define TCN_ROWS_MAX 128                 /* rows of one ANSWER page */

/* Who speaks. */
#define TCN_PRINCIPALS_MAX 4096
#define TCN_PRINCIPAL_DIVISIONS_MAX 16
#define TCN_PRINCIPAL_STREAMS_MAX 8
#define TCN_PRINCIPAL_ACTS_MAX 32          /* of one that may not publish all of its role's */
#define TCN_CONNECTIONS_MAX 8192           /* of one broker */
#define TCN_PRINCIPAL_CONNECTIONS_MAX 256  /* a router is not told when a peer leaves */
#define TCN_PRINCIPAL_MESSAGES_PER_S 20000 /* each of these rates: twice that may come at once */
#define TCN_PRINCIPAL_QUESTIONS_PER_S 200  /* ASK, OPEN, REPLAY, HELLO, BUNDLE_ASK, SESSION_ASK */
#define TCN_PRINCIPAL_BYTES_PER_S (64 * 1024 * 1024)
#define TCN_SUBSCRIPTIONS_MAX 512          /* open at one collector */
#define TCN_OPEN_STREAMS_MAX 8             /* of one subscription */
#define TCN_REPLAYS_MAX 32                 /* running at one collector */
#define TCN_QUESTIONS_MAX 64               /* waiting for the state at one collector */
#define TCN_PRINCIPAL_SUBSCRIPTIONS_MAX 16 /* of the open: nobody takes what others need */
#define TCN_PRINCIPAL_NAMES_MAX 64         /* of subscriptions; a name's cursors stay for good */
#define TCN_PRINCIPAL_REPLAYS_MAX 4        /* of the running */
#define TCN_PRINCIPAL_QUESTIONS_MAX 4      /* waiting for the state */
#define TCN_LANES_MAX 8192                 /* sessions of lanes at one collector */
#define TCN_SESSIONS_MAX 8192              /* sessions of readers at one collector */
#define TCN_PRINCIPAL_SESSIONS_MAX 256     /* of these: one for each connection */

/* The collector's groups and queues. */
#define TCN_GROUP_RECORDS_MAX 512 /* chunks of one group commit */
#define TCN_GROUP_BYTES_MAX (8 * 1024 * 1024)
/* Of the journal, beyond which it is written anew with what still counts: that is less. */
#define TCN_JOURNAL_BYTES_MAX (16 * 1024 * 1024)
/** Erased events that one WELCOME tells: of more those with the highest sequences. */
#define TCN_WELCOME_ERASED_MAX 256
#define TCN_HEADS_KEPT_MAX 32   /* signed heads that a collector keeps, one for each day */
#define TCN_HEADS_ASKED_MAX 256 /* that one verification is asked about */
#define TCN_MAILBOX_MESSAGES_MAX 4096
#define TCN_STATE_COMMIT_EVENTS 65536 /* events folded in one state commit */
#define TCN_ALERT_TAIL_MAX 65536      /* alerts held in memory before their state commit */
#define TCN_SLICE_RECORDS_MAX 256     /* log records read in one read transaction */
#define TCN_FOLD_DEATHS_MAX 3         /* programs that die at one event before it stops the fold */
#define TCN_DUE_FIRED_MAX 64          /* times that come with one event; the next brings the rest */
#define TCN_MATTER_LADDERS_MAX 32     /* ladders of one matter: more are not set off */
#define TCN_LADDERS_MOVED_MAX 64      /* by one delivery at once: the next event brings the rest */
#define TCN_SILENCES_MAX 64           /* in force at once */
#define TCN_DANGERS_MAX 4096          /* matters in danger that a silence is held against */
#define TCN_SILENCE_MOST_NS                                                                        \
    (INT64_C(12) * 3600 * 1000000000) /* of one: a shift and its handover                          \
                                       */
#define TCN_UNHEARD_MAX 16            /* items that one word of nobody watching tells upwards */
#define TCN_UNHEARD_LOOKED_MAX 256    /* and that it looks at */

/* What one officer opens in an emergency (core/opening). */
#define TCN_OPENING_EVENTS_MAX 4 /* of one matter that wait for approval */
#define TCN_OPENINGS_MAX 16      /* of all of one mode that wait */
/** So long the desk is given it. */
#define TCN_OPENING_READ_NS (INT64_C(24) * 3600 * 1000000000)

/* What the collector says by itself. */
#define TCN_EPOCH_WAITS_MAX 8    /* epochs of one source that wait for the desk, each told once */
#define TCN_FENCED_CHUNKS_MAX 64 /* urgent chunks of one closed epoch that the desk is told of */
#define TCN_SILENCE_NS INT64_C(300000000000)      /* no word for so long: unreachable */
#define TCN_SILENCE_MAX_NS INT64_C(3600000000000) /* as long as that for a link that flaps */
#define TCN_UNWATCHED_NS                                                                           \
    INT64_C(60000000000)          /* an urgent alert that nobody fetches for so long               \
                                   */
#define TCN_OBSERVED_GROUP_MAX 32 /* of these, in one group commit */

/* The policy. */
#define TCN_DOMAINS_MAX 256
#define TCN_ORGANS_MAX 512
#define TCN_DIVISIONS_MAX 4096
#define TCN_ORGAN_KEYS_MAX 2048 /* sealing keys of organs, old ones too */
#define TCN_SEALS_OLD_MAX 8 /* sealing keys of an organ that a key file keeps beside the newest */
#define TCN_SEALS_MAX (1 + TCN_SEALS_OLD_MAX)
#define TCN_SUCCESSORS_MAX 32 /* keys of a collector behind its first: one a year for decades */
#define TCN_BROKER_KEYS_MAX 7 /* of the brokers, each with the one before it, as peers are told */
#define TCN_LINES_MAX 16
#define TCN_DOMAIN_RECIPIENTS_MAX 6
#define TCN_DOMAIN_KEYWORDS_MAX 24 /* by which a clerk finds a domain */
#define TCN_KEYWORD_BYTES_MIN 3    /* one Chinese character */
#define TCN_KEYWORD_BYTES_MAX 39   /* thirteen */
#define TCN_POLICY_ATTRIBUTES_MAX 256
#define TCN_ATTRIBUTE_VALUES_MAX 16  /* words that a text attribute may be */
#define TCN_DOMAIN_ATTRIBUTES_MAX 16 /* of these, that one domain declares */
#define TCN_LEVELS_MAX 32
#define TCN_SCALES_MAX 16
#define TCN_THRESHOLDS_MAX 256
#define TCN_POLICY_BYTES_MAX (1024 * 1024)
#define TCN_POLICY_TEXT_BYTES_MAX (1024 * 1024) /* its files, as an activation carries them */
#define TCN_YAML_DEPTH_MAX                                                                         \
    16 /* levels of a value that has no place, before the file is refused                          \
        */

/* What the policy plans: steps of escalation, expected reports, sealing, retention. */
#define TCN_ORGAN_POSTS_MAX 8 /* of one organ */
#define TCN_ESCALATION_STEPS_MAX 128
#define TCN_EXPECTED_REPORTS_MAX 128
#define TCN_SEAL_RULES_MAX 64
#define TCN_RETENTION_RULES_MAX 64
#define TCN_PLAN_DOMAINS_MAX 32    /* that one entry is for */
#define TCN_PLAN_OFFICES_MAX 64    /* that one report is expected of */
#define TCN_PLAN_ROLES_MAX 5       /* that one step tells */
#define TCN_PLAN_WORDS_MAX 8       /* fields or wraps of one entry */
#define TCN_PLAN_MINUTES_MAX 43200 /* between two steps: 30 days */
#define TCN_PLAN_HOURS_MAX 24      /* between two signs of life */
#define TCN_RETENTION_AMOUNT_MAX 1200
#define TCN_PROGRAMS_MAX 32
#define TCN_PROGRAM_ORGANS_MAX 8             /* whose word makes a month complete */
#define TCN_PROGRAM_MONTHS_MAX 24            /* complete ones in a row before a subsidy */
#define TCN_PROGRAM_FEN_MAX 1000000000000ULL /* of one amount: ten thousand million yuan */
#define TCN_PROGRAM_METRES_MAX 1000000       /* of road that one post keeps */
#define TCN_PROGRAM_DAYS_MAX 90              /* to prove a month, or to remind before the last */
#define TCN_DRILL_ROWS_MAX 65536             /* alerts in the report of a drill */
#define TCN_PLACEMENT_MONTHS_MAX 36          /* that one placement keeps a state for */

/* Calendars and clocks of the policy. Longer amounts are counted in the next larger unit. */
#define TCN_CALENDAR_YEAR_MIN 1900
#define TCN_CALENDAR_YEAR_MAX 2200
#define TCN_CALENDAR_YEARS_MAX 128     /* years that the calendar knows */
#define TCN_CALENDAR_YEAR_SPANS_MAX 64 /* runs of days that a year names, of each kind */
#define TCN_CALENDAR_SPANS_MAX                                                                     \
    (TCN_CALENDAR_YEARS_MAX * TCN_CALENDAR_YEAR_SPANS_MAX * 2) /* all                              \
                                                                */
#define TCN_CALENDAR_OFFSET_MINUTES_MAX 840 /* of the zone, east or west of UTC */
#define TCN_CLOCKS_MAX 256                  /* rules */
#define TCN_CLOCK_CATEGORY_BYTES_MAX 15     /* of a matter; a longer one is none */
#define TCN_CLOCK_STARTS_MAX 4              /* acts that start a clock */
#define TCN_CLOCK_STOPS_MAX 8               /* acts that stop it */
#define TCN_CLOCK_DOMAINS_MAX 32            /* that a rule is for */
#define TCN_CLOCK_MINUTES_MAX 44640         /* of a rule, its extension included: 31 days */
#define TCN_CLOCK_HOURS_MAX 744             /* 31 days */
#define TCN_CLOCK_DAYS_MAX 3660             /* calendar or working days, about ten years */
#define TCN_CLOCK_MONTHS_MAX 120
#define TCN_CLOCK_YEARS_MAX 10
#define TCN_CLOCK_PAUSES_MAX 8 /* of one running clock: from then on it cannot be paused */
/* Clocks of one matter: then the one that ended first makes room. */
#define TCN_MATTER_CLOCKS_MAX 64
#define TCN_ALERT_LIMITS_MAX 4 /* limits of the law that one alert tells: those that end first */
#define TCN_CASE_LIMITS_MAX 8  /* that an office's copy of a case keeps */

/* What one audit of a matter tells. */
#define TCN_TRAIL_FACTS_MAX 4096  /* events, and ends that came */
#define TCN_TRAIL_KNOWN_MAX 16384 /* that an organ knew a fact */
#define TCN_TRAIL_NOTES_MAX 4096  /* gaps, who was on duty, activations */

/* The outbox of an agent. */
#define TCN_OUTBOX_BYTES_DEFAULT (512ULL * 1024 * 1024)
#define TCN_OUTBOX_RETAIN_EVENTS                                                                   \
    65536 /* acknowledged events kept to send again after a restore                                \
           */
#define TCN_RETRY_KEY_BYTES_MAX 128
#define TCN_ROTATE_DAYS_MAX 30    /* that the keys before a rotation are good */
#define TCN_ROTATE_DAYS_DEFAULT 7 /* unless somebody says otherwise */
#define TCN_CURSOR_NAME_BYTES_MAX 63

/* Text from programs: JSON lines and the agent's local socket. */
#define TCN_JSON_BYTES_MAX (512 * 1024) /* one document or line */
#define TCN_JSON_DEPTH_MAX 6            /* objects and arrays within each other, when read */
#define TCN_LOCAL_RECEIPTS_MAX 256      /* events that one WAIT names */
#define TCN_LOCAL_TIMEOUT_MS_MAX 600000 /* of one WAIT */
#define TCN_SLIP_CODE_BYTES_MAX 31
#define TCN_RECEIPT_BYTES_MAX 4096 /* one receipt, its path to the signed root included */
#define TCN_DEAD_ROWS_MAX 128      /* dead letters in one answer */
#define TCN_LOCAL_TOLD_MAX 16      /* organs in one preview */
#define TCN_LOCAL_KEPT_MAX 64      /* and of those from whom a complaint is kept */

#endif
