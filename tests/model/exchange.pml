/* An exchange: its route servers, its workers, and everything that can go wrong, each a limited number of times.

   One route server in depth, or three with the rollout; see run. */

#include "guards.pml"
#include "properties.pml"

/* How much goes wrong. */
byte crashes = CRASHES;       /* of workers, anywhere */
byte takeovers = TAKEOVERS;   /* leases that run out under a worker that only stood still */
byte unclear = UNCLEAR;       /* a good revision that A8 cannot judge */
byte early = EARLY_TIMEOUTS;  /* the timer ends while a worker is at it */
byte restarts = RESTARTS;     /* of BIRD */
byte hands = HANDS;           /* people with birdc */

#include "host.pml"
#include "database.pml"
#include "worker.pml"

/* BIRD's timer. It runs out early only so often; once nobody works on what is armed, it runs out for certain. */
#define abandoned(r) (link[r].down || !job[r].running || job[r].lost || job[r].fence != host[r].armed_by)
proctype timer(byte r) {
end:
  do
  :: d_step { host[r].armed && abandoned(r) -> bird_undoes() }
  :: d_step { host[r].armed && !abandoned(r) && early > 0 -> early--; bird_undoes() }
  od
}

/* The sweep's part in the rollout. */
proctype sweep(byte r) {
  byte i;
end:
  do
  :: d_step { may_expire(r) -> expire_turn(i) }
  od
}

proctype link_outage(byte r) {
  if
  :: atomic { link[r].down = 1; link[r].outages++ }
  :: goto over
  fi;
  if
  :: link[r].down = 0
  :: skip  /* for ever */
  fi;
over: skip
}

proctype bird_restart(byte r) {
  if
  :: d_step { restarts > 0 -> restarts--; bird_starts() }
  :: restarts = 0
  fi
}

proctype hand(byte r) {
  if
  :: d_step {  /* `birdc configure`: reads the boot file, and the timer is gone */
       hands > 0 -> hands--;
       host[r].previous = host[r].running;
       bird_runs(host[r].boot);
       host[r].armed = 0;
       host[r].lapsed = 1
     }
  :: d_step { hands > 0 && !host[r].armed -> hands--; bird_configures_for_a_while(THEIRS, 0); host[r].lapsed = 1 }
  :: d_step {
       hands > 0 && host[r].armed && host[r].running != THEIRS ->
       hands--;
       host[r].armed = 0;
       host[r].confirmed = host[r].confirmed | BIT(host[r].running)
     }
  :: hands = 0
  fi
}

/* A second revision: it supersedes the first, and with it a session is suspended. `disable` goes to every host at once,
   the revision takes its turn like any other. */
proctype publisher() {
  byte r = 0, my = 0, res = 0, i = 0;
  if
  :: d_step { published = 2; enqueue_all(i) }
  :: goto over
  fi;
#if SESSIONS
read:
  atomic { my = job[r].fence; job[r].at_work++ };
end_disable:
  atomic {
    !link[r].down ->
    admit(link[r].outages);
    verb_disable();
    job[r].at_work--;
    if
    :: res == FENCED -> goto read
    :: else
    fi
  };
#endif
over: skip
}

#define sound(r) (host[r].armed || host[r].running == THEIRS || HAS(host[r].confirmed, host[r].running))
#define bootable(r) HAS(host[r].confirmed & host[r].verified, host[r].boot)

/* Looks at every state. */
proctype watch() {
end:
  if
  :: atomic { !sound(0) -> CHECK(what_runs_unarmed_was_confirmed, sound(0)) }
  :: atomic { !bootable(0) -> CHECK(the_boot_file_only_names_a_confirmed_root, bootable(0)) }
#if HOSTS > 1
  :: atomic { !sound(1) -> CHECK(what_runs_unarmed_was_confirmed, sound(1)) }
  :: atomic { !sound(2) -> CHECK(what_runs_unarmed_was_confirmed, sound(2)) }
  :: atomic { !bootable(1) -> CHECK(the_boot_file_only_names_a_confirmed_root, bootable(1)) }
  :: atomic { !bootable(2) -> CHECK(the_boot_file_only_names_a_confirmed_root, bootable(2)) }
#endif
  :: atomic { armed_now() > WAVE -> CHECK(never_more_hosts_unconfirmed_than_a_wave, armed_now() <= WAVE) }
  fi
}

#define newest_good ((published == 2 && !harmful[2]) -> 2 : (!harmful[1] -> 1 : 0))
#if HOSTS == 1
#define somebody_is_unreachable link[0].down
#else
#define somebody_is_unreachable (link[0].down || link[1].down || link[2].down)
#endif

inline check_end(r) {
  if
  :: link[r].down || job[r].for_a_person
  :: else ->
     CHECK(record_running_and_boot_agree_in_the_end,
           !host[r].armed && host[r].running == host[r].boot && host[r].running == job[r].recorded);
     if
     :: somebody_is_unreachable -> CHECK(an_unreachable_host_holds_up_nobody, job[r].recorded == newest_good)
     :: else -> CHECK(every_reachable_host_ends_with_the_newest_good_revision, job[r].recorded == newest_good)
     fi
  fi
}

init {
  byte r;
  atomic {
    if :: harmful[1] = 1 :: skip fi;
    if :: harmful[2] = 1 :: skip fi;
    FOR_EACH_HOST(r, run worker(r, 0); run timer(r));
#if TAKEOVERS
    run worker(0, 1);
#endif
#if OUTAGES
    run sweep(0);
    run link_outage(0);  /* the route servers are alike: that it is this one is no loss */
#endif
#if RESTARTS
    run bird_restart(0);
#endif
#if HANDS
    run hand(0);
#endif
    run publisher();
    run watch()
  }
  timeout;  /* nothing can happen any more, and the search for cycles shows that this moment always comes */
  d_step { FOR_EACH_HOST(r, check_end(r)) }
}
