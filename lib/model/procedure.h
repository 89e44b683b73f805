/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kinds of matter, the stages that they pass, and what is remembered and asked on the way. A
 * kind names a procedure, whose table is core's (core/procedure.h); a domain of the policy names
 * its kind. Words go to people, numbers to disk and wire: never reuse one, only add.
 */
#ifndef TCN_MODEL_PROCEDURE_H
#define TCN_MODEL_PROCEDURE_H

#include "base/bytes.h"

/* What kind of matter it is. X(NAME, number, "word", "title in Chinese", "title in English") */
#define TCN_PROCEDURE_LIST(X)                                                                      \
    X(GENERAL, 1, "general", "一般事项", "General matter")                                         \
    X(PETITION, 2, "petition", "信访事项", "Petition")                                             \
    X(HAZARD, 3, "hazard", "事故隐患", "Safety hazard")                                            \
    X(ACCIDENT, 4, "accident", "生产安全事故", "Accident")                                         \
    X(DISPUTE, 5, "dispute", "矛盾纠纷", "Dispute")                                                \
    X(WAGES, 6, "wages", "欠薪", "Wage arrears")                                                   \
    X(REQUISITION, 7, "requisition", "征地拆迁", "Requisition of land")                            \
    X(SERVICE, 8, "service", "服务需求", "Service need")                                           \
    X(GUARDIANSHIP, 9, "guardianship", "儿童监护", "Guardianship of a child")                      \
    X(ENTERPRISE, 10, "enterprise", "企业服务", "Service for an enterprise")                       \
    X(WARNING, 11, "warning", "气象预警", "Weather warning")                                       \
    X(PLACEMENT, 12, "placement", "就业安置和公益岗位", "Placement or public post")

/** A kind of matter. */
enum tcn_procedure_kind {
    TCN_PROCEDURE_NONE = 0,
#define TCN_PROCEDURE_ENUM(name, number, word, zh, en) TCN_PROCEDURE_##name = (number),
    TCN_PROCEDURE_LIST(TCN_PROCEDURE_ENUM)
#undef TCN_PROCEDURE_ENUM
};

/** The highest kind. */
#define TCN_PROCEDURE_MAX TCN_PROCEDURE_PLACEMENT

/* Where a matter stands. One stage means the same in every procedure that has it.
 * X(NAME, number, "word", "title in Chinese") */
#define TCN_STAGE_LIST(X)                                                                          \
    X(STUB, 1, "stub", "报告未到")                                                                 \
    X(OPEN, 2, "open", "已登记")                                                                   \
    X(ACCEPTED, 3, "accepted", "已受理")                                                           \
    X(REPLIED, 4, "replied", "已答复")                                                             \
    X(CLOSED, 5, "closed", "已办结")                                                               \
    X(HELD, 6, "held", "值班台待定")                                                               \
    X(DECLINED, 7, "declined", "不予受理")                                                         \
    X(TOLD, 8, "told", "已告知")                                                                   \
    X(REVIEW, 9, "review", "复查中")                                                               \
    X(REVIEWED, 10, "reviewed", "已复查")                                                          \
    X(RECHECK, 11, "recheck", "复核中")                                                            \
    X(FINAL, 12, "final", "终结")                                                                  \
    X(GRADED, 13, "graded", "已定级")                                                              \
    X(RECTIFYING, 14, "rectifying", "整改中")                                                      \
    X(SUBMITTED, 15, "submitted", "已提交待审")                                                    \
    X(PASSED, 16, "passed", "验收合格")                                                            \
    X(APPROVED, 17, "approved", "已批准")                                                          \
    X(OFFERED, 18, "offered", "已提出调解")                                                        \
    X(AGREED, 19, "agreed", "已达成协议")                                                          \
    X(NOT_AGREED, 20, "not_agreed", "未达成协议")                                                  \
    X(FILED, 21, "filed", "已立案")                                                                \
    X(ORDERED, 22, "ordered", "已责令支付")                                                        \
    X(PAID, 23, "paid", "已支付")                                                                  \
    X(PRE_ANNOUNCED, 24, "pre_announced", "已预公告")                                              \
    X(ASSESSED, 25, "assessed", "已评估风险")                                                      \
    X(PLAN_ANNOUNCED, 26, "plan_announced", "方案已公告")                                          \
    X(HEARD, 27, "heard", "已听证")                                                                \
    X(PUBLISHED, 28, "published", "批准已公告")                                                    \
    X(IN_PATH, 29, "in_path", "监护已落实")                                                        \
    X(SAFE, 30, "safe", "已见平安")                                                                \
    X(IN_FORCE, 31, "in_force", "预警生效")                                                        \
    X(CLAIMED, 32, "claimed", "已申领")

/** A stage. */
enum tcn_stage {
    TCN_STAGE_NONE = 0, /**< nobody has said a word of it */
#define TCN_STAGE_ENUM(name, number, word, zh) TCN_STAGE_##name = (number),
    TCN_STAGE_LIST(TCN_STAGE_ENUM)
#undef TCN_STAGE_ENUM
};

/** The highest stage: sets of stages are bits of 64. */
#define TCN_STAGE_MAX TCN_STAGE_CLAIMED

/** What an event says, and what is so when it comes. A bit set, on disk and on the wire where an
 * act does not say what it must. The first three are remembered with the matter too, under the same
 * bits. */
enum tcn_fact {
    TCN_FACT_MAJOR = 1u << 0,     /**< the grade is "major" */
    TCN_FACT_FIVE = 1u << 1,      /**< all five implementations are named (五落实) */
    TCN_FACT_PATH = 1u << 2,      /**< one of the four guardianship paths is named */
    TCN_FACT_TO_LISTED = 1u << 3, /**< a hand-over, and the matter's list names the organ */
    TCN_FACT_PURPOSE = 1u << 6,   /**< danger_to_life or danger_to_child */
    TCN_FACT_IN_DANGER = 1u << 7, /**< the matter is open and in that danger */
    TCN_FACT_GRADE = 1u << 8,     /**< a grade, or a warning's colour, is named */
    TCN_FACT_REASON = 1u << 9,
    TCN_FACT_HOW = 1u << 10,
    TCN_FACT_POST = 1u << 11, /**< the post that approves */
    TCN_FACT_UNTIL = 1u << 12,
    TCN_FACT_TO_ORGAN = 1u << 13,
    TCN_FACT_DOMAIN = 1u << 14,
    TCN_FACT_NEXT_STEP = 1u << 15,   /**< the way that remains open to who is refused */
    TCN_FACT_AMOUNT = 1u << 16,      /**< money */
    TCN_FACT_COUNT = 1u << 17,       /**< a count of people that is not unknown */
    TCN_FACT_VILLAGERS = 1u << 18,   /**< villagers took part */
    TCN_FACT_HARM = 1u << 19,        /**< somebody is dead, seriously hurt or missing */
    TCN_FACT_SECOND = 1u << 20,      /**< another post's key has named the same act */
    TCN_FACT_HELD = 1u << 21,        /**< a report that the desk must place: its stage is HELD */
    TCN_FACT_GUARDED = 1u << 22,     /**< the matter is guarded: held until it is released */
    TCN_FACT_LAST_BOUNCE = 1u << 23, /**< a hand-over that comes back goes to the desk */
    TCN_FACT_ALL_OUT = 1u << 24,     /**< people at risk are counted, exactly 0 */
    TCN_FACT_EVENT = 1u << 25,       /**< a sealed event of the matter, by position and hash */
    TCN_FACT_ON_DUTY = 1u << 26,     /**< the post has the duty, by the key that took it */
    TCN_FACT_CLAIM = 1u << 27,       /**< what is asked: a month's pay, or which subsidy */
    TCN_FACT_MONTH = 1u << 28,       /**< a month of the placement */
    TCN_FACT_MISSING = 1u << 29,     /**< everything that is missing, said at once */
    TCN_FACT_EVIDENCE = 1u << 30,    /**< what proves it, by its kind */
};

/** What is remembered with a matter, beside its stage. A bit set, on disk and on the wire. */
enum tcn_matter_mark {
    TCN_MARK_MAJOR = TCN_FACT_MAJOR,
    TCN_MARK_FIVE = TCN_FACT_FIVE,
    TCN_MARK_PATH = TCN_FACT_PATH,
    TCN_MARK_EXTENDED = 1u << 8,    /**< its limit was extended: once only */
    TCN_MARK_TOLD = 1u << 9,        /**< the petitioner was told of what stands now */
    TCN_MARK_LISTED = 1u << 10,     /**< under listed supervision (挂牌督办) */
    TCN_MARK_SUSPENDED = 1u << 11,  /**< work is stopped */
    TCN_MARK_PEOPLE_OUT = 1u << 12, /**< people were withdrawn, all of them */
    TCN_MARK_REVIEWED = 1u << 13,   /**< a review was answered: what is asked next is the recheck */
    TCN_MARK_KEPT = 1u << 14,       /**< a legal hold: nothing of it is erased */
    TCN_MARK_SEALED = 1u << 15,     /**< texts of it were sealed: who leads next may lack a wrap */
    TCN_MARK_BY_TIME = 1u << 16,    /**< time gave it to who leads, from its sender */
    TCN_MARK_LISTS_DISCIPLINE = 1u << 17, /**< guarded, and discipline is on its list */
    TCN_MARK_EXCEPTED = 1u << 18, /**< what the policy's clocks name in `unless` is said of it */
};

/** The fold's own: no procedure reads or changes them, and nobody is shown them. */
#define TCN_MARKS_OWN                                                                              \
    ((uint32_t)TCN_MARK_SEALED | (uint32_t)TCN_MARK_BY_TIME |                                      \
     (uint32_t)TCN_MARK_LISTS_DISCIPLINE | (uint32_t)TCN_MARK_EXCEPTED)

/** The kind's word, for example "petition"; "none" for a number that is not in the list.
 * Thread: any. */
const char *tcn_procedure_name(enum tcn_procedure_kind kind);
/** The kind's title in Chinese; empty for a number that is not in the list. Thread: any. */
const char *tcn_procedure_title_zh(enum tcn_procedure_kind kind);
/** The kind's title in English; empty for a number that is not in the list. Thread: any. */
const char *tcn_procedure_title_en(enum tcn_procedure_kind kind);
/** The kind of a word. Errors: TCN_ABSENT no such word. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_procedure_from_name(struct tcn_slice word,
                                                       enum tcn_procedure_kind *out_kind);
/** The stage's word, for example "accepted"; "none" for a number that is not in the list.
 * Thread: any. */
const char *tcn_stage_name(enum tcn_stage stage);
/** The stage of a word. Errors: TCN_ABSENT no such word. Thread: any. */
TCN_MUST_CHECK enum tcn_status tcn_stage_from_name(struct tcn_slice word,
                                                   enum tcn_stage *out_stage);
/** The stage's title in Chinese; empty for a number that is not in the list. Thread: any. */
const char *tcn_stage_title_zh(enum tcn_stage stage);
/** The word of one fact, for example "next_step"; "none" for what is no single fact. Thread: any.
 */
const char *tcn_fact_name(uint32_t fact);
/** The word of one mark, for example "suspended"; "none" for what is no single mark. Thread: any.
 */
const char *tcn_mark_name(uint32_t mark);

#endif
