/* The guards of the design, one define each: 1 = present. A mutant switches one off, `run` says which. */
#ifndef HOST_FENCE
#define HOST_FENCE 1
#endif
#ifndef HOST_LOCK
#define HOST_LOCK 1
#endif
#ifndef ARM_NEEDS_UNARMED
#define ARM_NEEDS_UNARMED 1
#endif
#ifndef CONFIRM_NEEDS_DIGEST
#define CONFIRM_NEEDS_DIGEST 1
#endif
#ifndef REPLY_CODE_DECIDES
#define REPLY_CODE_DECIDES 1
#endif
#ifndef UNDO_NEEDS_ARMED
#define UNDO_NEEDS_ARMED 1
#endif
#ifndef UNDO_NEEDS_DIGEST
#define UNDO_NEEDS_DIGEST 1
#endif
#ifndef PERSIST_NEEDS_DIGEST
#define PERSIST_NEEDS_DIGEST 1
#endif
#ifndef BOOT_FILE_LATE
#define BOOT_FILE_LATE 1
#endif
#ifndef UNDO_FIRST
#define UNDO_FIRST 1
#endif
#ifndef VERIFY
#define VERIFY 1
#endif
#ifndef VERIFY_AGAIN
#define VERIFY_AGAIN 1
#endif
#ifndef RECORD_LATE
#define RECORD_LATE 1
#endif
#ifndef RECORD_NEEDS_FENCE
#define RECORD_NEEDS_FENCE 1
#endif
#ifndef DISABLE_AFTER_ARM
#define DISABLE_AFTER_ARM 1
#endif
#ifndef DISABLE_AFTER_UNDO
#define DISABLE_AFTER_UNDO 1
#endif
#ifndef DISABLE_AFTER_ROLLBACK
#define DISABLE_AFTER_ROLLBACK 1
#endif
#ifndef TURN_LOCK
#define TURN_LOCK 1
#endif
#ifndef CANARY_RULE
#define CANARY_RULE 1
#endif
#ifndef WAVE_LIMIT
#define WAVE_LIMIT 1
#endif
#ifndef TURN_END_WAKES
#define TURN_END_WAKES 1
#endif
#ifndef TURN_EXPIRES
#define TURN_EXPIRES 1
#endif
#ifndef TURN_OUTLASTS_T
#define TURN_OUTLASTS_T 1
#endif
#ifndef HARM_KEEPS_THE_TURN
#define HARM_KEEPS_THE_TURN 1
#endif
#ifndef OLD_TURN_SERVES
#define OLD_TURN_SERVES 0
#endif
