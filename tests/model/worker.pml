/* One run of rs.apply, A0 to A11: core/service/route_server_apply.cpp and route_server_apply_steps.cpp.

   Between any two steps a worker may die, or stand still for as long as it likes while another takes its job over.
   Reads of the database, put (A4) and check (A5) change nothing that the model looks at and are no steps of their own. */

/* A verb holds the host's lock from the fence check to its last effect. */
#if HOST_LOCK
#define LOCKED atomic
#else
#define LOCKED
#endif

/* The turn is looked up and taken under one lock. */
#if TURN_LOCK
#define ROLLOUT_LOCKED atomic
#else
#define ROLLOUT_LOCKED
#endif

/* With several route servers, what leads up to a turn is one step: it is taken apart with one route server. */
#if HOSTS > 1 && TURN_LOCK
#define TOGETHER atomic
#define DIES_EARLY
#else
#define TOGETHER
#define DIES_EARLY DIES
#endif

#define DIES :: atomic { crashes > 0 && still_mine() -> crashes--; job[r].lost = 1; goto rest }

/* job_hold begins every transaction that writes for a job: no row, no write. */
inline stop_unless_mine() {
  if
  :: still_mine()
  :: else -> goto rest
  fi
}

inline done_or_leave() {
  if
  :: res == DONE -> res = 0
  :: res == FENCED -> goto rest
  :: res == WRONG -> goto again_later
  :: res == LOST -> goto unreachable
  fi
}

#if HOSTS == 1
#define note_reached() skip
#else
#define others_reached(c) \
  ((HAS(reached[c], 0) && r != 0) + (HAS(reached[c], 1) && r != 1) + (HAS(reached[c], 2) && r != 2))
#define runs_elsewhere(c) \
  ((host[0].running == (c) && r != 0) || (host[1].running == (c) && r != 1) || (host[2].running == (c) && r != 2))
inline note_reached() {
  d_step {
    if
    :: res == DONE ->
       CHECK(no_revision_runs_on_two_hosts_before_one_confirmed_it, confirmed_somewhere(want) || !runs_elsewhere(want));
       CHECK(a_second_host_gets_a_revision_only_after_a_confirm_or_an_unjudged_turn,
             confirmed_somewhere(want) || others_reached(want) <= unjudged[want]);
       CHECK(a_harmful_revision_stays_on_its_canary_while_that_can_be_judged,
             !harmful[want] || others_reached(want) <= unjudged[want]);
       reached[want] = reached[want] | BIT(r)
    :: else
    fi
  }
}
#endif

proctype worker(byte mine; bit rescuer) {
  byte r = mine, my = 0, want = 0, root = 0, res = 0, i = 0;
  byte connection = 0;  /* how many outages there had been when it was made */
  bit harm = 0, allowed = 0;
  goto end_A0;

rest:
  atomic { job[r].at_work--; r = mine; my = 0; want = 0; root = 0; res = 0; connection = 0; harm = 0; allowed = 0 }
end_A0:
  TOGETHER {
  if
  :: atomic { !rescuer && (is_due(mine) || is_rescued(mine)) -> claim() }
  :: atomic { rescuer && takeovers > 0 && job[mine].running -> takeovers--; claim() }
  fi;

A1_probe:
  if
  DIES_EARLY
  :: LOCKED {
       connection = link[r].outages;
       admit(connection);
       verb_look();
       done_or_leave();
       root = host[r].running;
       if
       :: host[r].armed && root == THEIRS -> goto A2_wait
       :: host[r].armed && root != THEIRS && UNDO_FIRST -> goto A2_undo
       :: else ->
          CHECK(what_a_lost_worker_armed_is_undone_first, !host[r].armed);
          if
          :: root != host[r].boot -> goto A2_resolve
          :: else -> goto A3_compare
          fi
       fi
     }
  fi;

A2_wait:  /* somebody else's timed configuration is not ours to undo */
  if
  DIES_EARLY
  :: atomic { !host[r].armed -> goto again_later }
  fi;

A2_undo:
  if
  DIES_EARLY
  :: LOCKED { admit(connection); verb_undo(root); root = 0; done_or_leave(); goto A1_probe }
  fi;

A2_resolve:  /* confirmed but not persisted, or confirmed by hand: verified again before it may boot */
  if
  DIES_EARLY
  :: atomic {
       (root == THEIRS || quarantined[root]) ->
       stop_unless_mine();
       job[r].running = 0; job[r].for_a_person = 1; goto rest
     }
  :: LOCKED {
       !(root == THEIRS || quarantined[root]) ->
       admit(link[r].outages);
       verb_look();
       done_or_leave();
       if
       :: host[r].running != root -> goto again_later
       :: host[r].running == root && harmful[root] && VERIFY_AGAIN -> goto A2_return
       :: host[r].running == root && !(harmful[root] && VERIFY_AGAIN) ->
          if :: !harmful[root] -> host[r].verified = host[r].verified | BIT(root) :: else fi;
          goto A2_persist
       fi
     }
  fi;

A2_persist:
  if
  DIES_EARLY
  :: LOCKED { admit(connection); verb_persist(root); root = 0; done_or_leave(); goto A1_probe }
  fi;

A2_return:  /* back to what boots, by a timed configure */
  if
  DIES_EARLY
  :: LOCKED { root = host[r].boot; admit(connection); verb_arm(root, 0); done_or_leave() }
  fi;
  if
  DIES_EARLY
  :: LOCKED {
       admit(link[r].outages);
       verb_look();
       done_or_leave();
       if
       :: host[r].running == root -> host[r].proven = host[r].armed
       :: else -> goto again_later
       fi
     }
  fi;
  if
  DIES_EARLY
  :: LOCKED { admit(connection); verb_confirm(root); root = 0; done_or_leave(); goto A1_probe }
  fi;

A3_compare:
  if
  :: atomic { root == want -> root = 0; goto A11_record }
  :: atomic { root != want -> root = 0 }
  fi;

A6_turn:
  if
  DIES_EARLY
  :: ROLLOUT_LOCKED {
       stop_unless_mine();
       if
       :: newest() != want -> want = newest(); goto A1_probe
       :: else -> assert(want != 0)
       fi;
       allowed = may_take_turn(r, want);
       d_step {
         if
         :: job[r].turn != 0 && job[r].turn != want -> note_unjudged(); end_turn(i)
         :: else
         fi;
         if
         :: allowed -> job[r].turn = want
         :: else -> put_back(); job[r].parked = 1
         fi
       }
       if
       :: allowed -> allowed = 0
       :: else -> goto rest
       fi
     }
  fi
};

A7_arm:
  if
  DIES
  :: LOCKED {
       admit(connection);
       verb_arm(want, renders_session_down(want));
       note_reached();
       done_or_leave()
     }
  fi;

A8_verify:
  if
  DIES
  :: LOCKED {
       admit(link[r].outages);
       verb_look();
       if
       :: res == FENCED -> goto rest
       :: res == LOST || host[r].running != want -> skip
       :: res == DONE && host[r].running == want && !VERIFY -> res = 0; goto A9_confirm
       :: res == DONE && host[r].running == want && harmful[want] && VERIFY -> harm = 1
       :: res == DONE && host[r].running == want && !harmful[want] ->
          host[r].proven = host[r].armed;
          host[r].verified = host[r].verified | BIT(want);
          res = 0;
          goto A9_confirm
       :: res == DONE && host[r].running == want && !harmful[want] && unclear > 0 -> unclear--
       fi;
       res = 0
     }
  fi;

A8_undo:
  if
  DIES
  :: LOCKED {
       admit(connection);
       verb_undo(want);
       if
       :: res == FENCED -> goto rest
       :: res == LOST -> goto unreachable
       :: else -> res = 0
       fi;
       if
       :: harm
       :: else -> goto again_later
       fi
     }
  fi;
  if
  DIES
  :: atomic { stop_unless_mine(); d_step { judge_harm(i) } goto rest }
  fi;

A9_confirm:
  if
  DIES
  :: LOCKED {
       admit(connection);
       verb_confirm(want);
       done_or_leave();
       CHECK(only_reply_0018_counts_as_confirmed, HAS(host[r].confirmed, want));
       if
       :: RECORD_LATE
       :: else -> goto A11_record
       fi
     }
  fi;

A10_persist:
  if
  DIES
  :: LOCKED { admit(connection); verb_persist(want); done_or_leave() }
  fi;

A11_record:
  if
  DIES
  :: atomic {
       if
       :: RECORD_NEEDS_FENCE -> stop_unless_mine()
       :: else
       fi;
       d_step { record(i) }
       goto rest
     }
  fi;

again_later:
  if
  DIES
  :: atomic { stop_unless_mine(); put_back(); goto rest }
  fi;

unreachable:
  if
  DIES
  :: atomic { stop_unless_mine(); put_back(); job[r].unreachable = 1; goto rest }
  fi
}
