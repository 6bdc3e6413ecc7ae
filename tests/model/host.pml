/* One route-server host: BIRD as it was measured, and the verbs of route-server/helper. Expects HOSTS and the guards. */

#define NOTHING 9   /* no configuration */
#define THEIRS 8    /* one that somebody armed by hand; 0, 1 and 2 are revisions, 0 is the one everybody started with */

/* Answers of a verb. */
#define DONE 1
#define FENCED 2
#define WRONG 3     /* refused: wrong state, or BIRD had nothing to confirm or undo */
#define LOST 4      /* no link; what the verb did, nobody knows */

typedef Host {
  /* BIRD */
  byte running;
  byte previous = NOTHING;  /* the one undo level; a confirm leaves it, so a late undo would still revert (measured) */
  bit armed;                /* `configure ... timeout` not yet confirmed: reply 0022 */
  bit session_up = 1;       /* the session that is suspended on the way */
  /* files of ztix-rs */
  byte boot;
  byte fence;
  byte note = NOTHING;      /* `armed`: the root that is armed */
  bit note_keeps_down;      /* its second line names the session */
  bit held;                 /* `held` names the session: `disable` took it down */
  /* what only the checker knows */
  byte confirmed = 1;       /* bit per revision: confirmed here, by 0018 or by hand */
  byte verified = 1;        /* bit per revision: A8 found it good here */
  byte armed_by;            /* fence of whoever armed; 0: nobody who is still at work */
  bit proven;               /* what is armed at the moment passed A8 */
  bit lapsed;               /* BIRD started, or was configured by hand, and no verb has come by since */
};
Host host[HOSTS];

typedef Link { bit down; byte outages; };
Link link[HOSTS];

#define BIT(revision) (1 << (revision))
#define HAS(set, revision) (((set) & BIT(revision)) != 0)
#define renders_session_down(c) ((c) == 2 && SESSIONS)
#define must_stay_down(r) (host[r].held || (host[r].note != NOTHING && host[r].note_keeps_down))

/* ---- BIRD ---------------------------------------------------------------------------------------------------------- */

/* Every configure and every undo starts sessions that were switched off by command only. */
inline bird_runs(c) {
  host[r].running = c;
  host[r].session_up = !renders_session_down(c);
  host[r].proven = 0
}

inline bird_configures_for_a_while(c, who) {
  host[r].previous = host[r].running;
  bird_runs(c);
  host[r].armed = 1;
  host[r].armed_by = who
}

/* Undo by command or by the timer. */
inline bird_undoes() {
  if
  :: host[r].previous != NOTHING -> bird_runs(host[r].previous)
  :: else
  fi;
  host[r].previous = NOTHING;
  host[r].armed = 0
}

inline bird_starts() {
  bird_runs(host[r].boot);
  host[r].previous = NOTHING;
  host[r].armed = 0;
  host[r].lapsed = 1
}

/* ---- the lock, the fence and the sessions that stay down ----------------------------------------------------------- */

/* `take_lock` in call.cpp, `admit` in fence.cpp. What follows is one step with it, because the lock is held until the verb ends.
   A connection does not outlive an outage: the keep-alives of SSH give up before T is over. */
inline admit(made_after_outages) {
  d_step {
    if
    :: link[r].down || link[r].outages != made_after_outages -> res = LOST
    :: else ->
       if
       :: HOST_FENCE && my < host[r].fence -> res = FENCED
       :: else ->
          res = DONE;
          if :: my > host[r].fence -> host[r].fence = my :: else fi
       fi
    fi
  }
}

inline changes_the_host() {
  CHECK(a_stale_fence_never_changes_the_host, my == host[r].fence)
}

inline switch_off_kept() {
  if :: must_stay_down(r) -> host[r].session_up = 0 :: else fi;
  host[r].lapsed = 0
}

inline verb_ends() {
  CHECK(a_suspended_session_is_down_when_a_verb_ends, !must_stay_down(r) || !host[r].session_up || host[r].lapsed)
}

/* kept_down.cpp `after_rollback`: the timer undid alone, or BIRD was started again; whoever looks first makes it good. */
inline after_rollback() {
  if
  :: host[r].note != NOTHING && !host[r].armed ->
     if
     :: DISABLE_AFTER_ROLLBACK -> switch_off_kept()
     :: else
     fi;
     drop_note()
  :: else
  fi
}

inline drop_note() { host[r].note = NOTHING; host[r].note_keeps_down = 0 }

/* ---- verbs, after `admit` said DONE -------------------------------------------------------------------------------- */

inline verb_look() { d_step { if :: res == DONE -> after_rollback(); verb_ends() :: else fi } }

/* trial.cpp `arm`: timed configure, then off again what must stay down, in the same call. */
inline verb_arm(c, list) {
  d_step {
    if
    :: res == DONE && ARM_NEEDS_UNARMED && host[r].armed -> res = WRONG
    :: res == DONE && !(ARM_NEEDS_UNARMED && host[r].armed) ->
       changes_the_host();
       CHECK(never_two_armed_at_once_on_one_host, !host[r].armed);
       after_rollback();
       bird_configures_for_a_while(c, my);
       host[r].note = c;
       host[r].note_keeps_down = list;
       if :: DISABLE_AFTER_ARM -> switch_off_kept() :: else fi;
       if :: BOOT_FILE_LATE :: else -> host[r].boot = c fi;
       verb_ends()
    :: else
    fi
  }
}

/* verdict.cpp `confirm`: armed, that digest running, and BIRD says 0018. */
inline verb_confirm(c) {
  d_step {
    if
    :: res == DONE ->
       after_rollback();
       if
       :: host[r].armed && (host[r].running == c || !CONFIRM_NEEDS_DIGEST) ->
          changes_the_host();
          CHECK(only_what_was_verified_is_confirmed, host[r].proven && host[r].running == c);
          host[r].armed = 0;
          if :: host[r].running != THEIRS -> host[r].confirmed = host[r].confirmed | BIT(host[r].running) :: else fi;
          drop_note()
       :: !host[r].armed && !REPLY_CODE_DECIDES  /* 0019, exit status 0 */
       :: else -> res = WRONG
       fi;
       verb_ends()
    :: else
    fi
  }
}

/* verdict.cpp `undo`: armed and that digest running, else a confirmed configuration would be reverted. */
inline verb_undo(c) {
  d_step {
    if
    :: res == DONE ->
       after_rollback();
       if
       :: (host[r].armed || !UNDO_NEEDS_ARMED) && (host[r].running == c || !UNDO_NEEDS_DIGEST) ->
          changes_the_host();
          CHECK(an_undo_only_hits_what_it_names_and_never_what_was_confirmed,
                (host[r].armed || host[r].previous == NOTHING) && host[r].running == c);
          bird_undoes();
          if :: DISABLE_AFTER_UNDO -> switch_off_kept() :: else fi;
          verb_ends();
          drop_note()
       :: else -> res = WRONG; verb_ends()
       fi
    :: else
    fi
  }
}

/* verdict.cpp `persist`: that digest running and nothing armed. */
inline verb_persist(c) {
  d_step {
    if
    :: res == DONE ->
       after_rollback();
       if
       :: !host[r].armed && (host[r].running == c || !PERSIST_NEEDS_DIGEST) -> changes_the_host(); host[r].boot = c
       :: else -> res = WRONG
       fi;
       verb_ends()
    :: else
    fi
  }
}

/* sessions.cpp `disable`: sent by others with the current fence. */
inline verb_disable() {
  d_step {
    if :: res == DONE -> host[r].session_up = 0; host[r].held = 1 :: else fi
  }
}
