/* What must hold. The names are sentences: `run` prints them, and each mutant names the one it breaks. */

#define never_two_armed_at_once_on_one_host 1
#define what_runs_unarmed_was_confirmed 2
#define the_boot_file_only_names_a_confirmed_root 3
#define a_stale_fence_never_changes_the_host 4
#define a_stale_worker_never_writes_the_record 5
#define an_undo_only_hits_what_it_names_and_never_what_was_confirmed 6
#define only_what_was_verified_is_confirmed 7
#define only_reply_0018_counts_as_confirmed 8
#define what_is_recorded_also_runs_and_boots 9
#define what_a_lost_worker_armed_is_undone_first 10
#define a_suspended_session_is_down_when_a_verb_ends 11
#define no_revision_runs_on_two_hosts_before_one_confirmed_it 12
#define a_second_host_gets_a_revision_only_after_a_confirm_or_an_unjudged_turn 13
#define a_harmful_revision_stays_on_its_canary_while_that_can_be_judged 14
#define never_more_hosts_unconfirmed_than_a_wave 15
#define every_reachable_host_ends_with_the_newest_good_revision 16
#define an_unreachable_host_holds_up_nobody 17
#define record_running_and_boot_agree_in_the_end 18

/* A mutant is held against the one property it is meant to break: -DNAMED=<its number>. 0 = all of them. */
#ifndef NAMED
#define NAMED 0
#endif

/* The number at the end of a failed assertion's text is the property's. */
#define CHECK(property, holds) assert((holds) || (NAMED != 0 && NAMED != property))
