/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/explain_words.h"

#include "cli/show.h"
#include "model/clock.h"
#include "model/matter_clock.h"
#include "model/placement.h"
#include "query/explain.h"

#include <inttypes.h>
#include <string.h>

/* A field's name, its NUL included. */
#define FIELD_BYTES 16

#define SAY(name, en, zh) [TCN_WHY_##name] = {{(en), (zh)}}

static const struct tcn_say sentences[TCN_WHY_COUNT] = {
    SAY(CLOCK_FIRES, "before it, clock {rule} of the matter of position {number} came: due {time}",
        "在此之前，位置 {number} 事项的时限 {rule} 已到：{time}"),
    SAY(CLOCK_OWED, "its step is {step}, and {organ} owes the act",
        "该时限阶段 {step}，应由 {organ} 办理"),
    SAY(CLOCK_OUTSIDE,
        "its step is {step}, and its act is owed outside: {organ}, who leads, is told when it is "
        "due",
        "该时限阶段 {step}，由区外办理：到期告知牵头单位 {organ}"),
    SAY(DESK_LATER, "{organ} is told when it is due, and not of a warning",
        "{organ} 到期时告知，预警不告知"),
    SAY(END_FIRES, "before it, an end came (of a key or a calendar year, {number}): due {time}",
        "在此之前，密钥或日历年份（{number}）到期：{time}"),
    SAY(CLOCK_AHEAD, "recorded at {time}, further ahead of log time than the policy allows",
        "记录时间 {time} 超前日志时间，超出允许范围（时钟偏快）"),
    SAY(CLOCK_BEHIND, "recorded at {time}, further behind log time than the policy allows",
        "记录时间 {time} 落后日志时间超出允许范围"),
    SAY(NO_MODE, "it is neither actual nor exercise: no stream can tell it", "未注明实战或演练"),
    SAY(ACT_UNKNOWN, "the fold does not know this act", "程序不识别此行为"),
    SAY(COLLECTORS_WORD, "only the collector itself may say this", "此类事件只能由收集器记录"),
    SAY(WORDS_VOID, "what it says or answers does not count", "其所述或答复不成立"),
    SAY(WORDS_TELL, "what the collector saw is told to {organ}", "收集器所见告知 {organ}"),
    SAY(ZERO_NOT_OWN, "an office speaks for itself, and the desk writes down what one said",
        "各办公室只能代表自己；口头零报告由值班台记录"),
    SAY(OFFICE_SPOKE, "what {organ} says is kept", "{organ} 所报已记录"),
    SAY(ZERO_CONTRADICTED, "{organ} had said that the line was safe",
        "{organ} 此前零报告称该线安全，现与之相矛盾"),
    SAY(ZERO_CORRECTED, "{organ} takes its zero report back in time",
        "{organ} 在时限内自行更正零报告"),
    SAY(REGISTRY_RULED, "the registry's rules do not let this change count",
        "登记册规则不允许此变更"),
    SAY(NEEDS_NO_MATTER, "this act needs no matter, and moves none", "此行为不涉及事项"),
    SAY(NAMES_NO_MATTER, "this act must name its matter, and names none", "此行为必须指明事项"),
    SAY(MATTER_FOUND, "its matter began at position {number} and was led by {organ}",
        "所属事项始于位置 {number}，当时由 {organ} 牵头"),
    SAY(MATTER_ABSENT, "the log has no matter of its id yet", "日志中尚无该编号的事项"),
    SAY(MATTER_HIDDEN, "{organ} must not learn of the matter: to it there is none",
        "{organ} 不得知悉该事项，对其视为不存在"),
    SAY(MATTER_BEGINS, "a matter begins with it", "由此新立事项"),
    SAY(OPENS_STUB, "it is the report that an earlier act had come before",
        "此报告补上了先到行为所缺的首次报告"),
    SAY(KEPT_APART,
        "kept apart as a matter of its own: who leads the matter that it names, or would, may not "
        "know of it",
        "另立事项：原事项牵头单位不得知悉"),
    SAY(JOINS_GUARDED,
        "guarded: {organ} leads the matter that it names, and its list lets it know: it joins it",
        "受保护：原事项牵头单位 {organ} 在知悉名单内，并入该事项"),
    SAY(LEAVES_STUB, "it came before its report: {organ} holds the place",
        "报告未到，暂由 {organ} 代管"),
    SAY(LIST_CARRIED, "guarded: it carries a list of who may know, and goes to nobody else",
        "受保护：附知悉名单，只送名单内单位"),
    SAY(ACCUSES, "guarded: it says that it concerns a unit", "受保护：涉及某单位"),
    SAY(MAY_ACCUSE, "guarded: it is not known whether it concerns a unit",
        "受保护：是否涉及单位尚不清楚"),
    SAY(ACCUSES_NOBODY, "no list and no unit concerned: routed by place and domain",
        "不涉及单位：按地点和领域分送"),
    SAY(LISTED, "{organ} is on the list: told", "{organ} 在名单内：告知"),
    SAY(LISTED_UNKNOWN, "the list names {organ}, which the policy does not know: not told",
        "名单内 {organ} 不在制度中：不告知"),
    SAY(LIST_DEFAULT, "it came without a list: {organ} is put on it", "未附名单：列入 {organ}"),
    SAY(LIST_EMPTY, "nobody on the list is known: {organ} gets it, for it must not be lost",
        "名单无有效单位：交 {organ}，不得遗失"),
    SAY(DESK_UNLISTED, "{organ} is not on the list: excluded", "{organ} 不在名单内：排除"),
    SAY(CUSTODIAN_HOLDS, "{organ} holds it as custodian until it is released",
        "由 {organ} 保管，直至解除"),
    SAY(FIRST_LISTED_HOLDS, "{organ}, the first on the list, holds it until it is released",
        "由名单首位 {organ} 保管，直至解除"),
    SAY(DIVISION_MANAGED, "division {word} is one of this district's", "区划 {word} 属本区管辖"),
    SAY(DIVISION_UNKNOWN, "division {word} is not in the policy", "区划 {word} 不在制度中"),
    SAY(DIVISION_NOT_THEN, "division {word} was not in force when the office learned of it",
        "获知时区划 {word} 未生效"),
    SAY(DIVISION_OTHER, "division {word} is another district's to manage",
        "区划 {word} 由他区管辖"),
    SAY(DOMAIN_KNOWN, "domain {word} is in the policy", "领域 {word} 在制度中"),
    SAY(DOMAIN_UNKNOWN, "domain {word} is not in the policy", "领域 {word} 不在制度中"),
    SAY(OWNER, "{organ} owns the domain: told", "{organ} 为领域主责单位：告知"),
    SAY(OWNER_UNKNOWN, "the domain's owner {organ} is no organ of the policy: not told",
        "主责单位 {organ} 不在制度中：不告知"),
    SAY(CO_RECIPIENT, "the policy names {organ} beside the owner: told",
        "{organ} 为抄送单位：告知"),
    SAY(CO_RECIPIENT_UNKNOWN, "the policy names {organ} beside the owner, and does not know it",
        "抄送单位 {organ} 不在制度中：不告知"),
    SAY(OWNER_LEADS, "{organ} leads: place and domain are known",
        "由 {organ} 牵头：地点和领域明确"),
    SAY(DESK_LEADS, "{organ} leads: place, domain or owner is not known",
        "由 {organ} 牵头：地点、领域或主责单位不明"),
    SAY(MODE_OTHER, "its matter is of the other mode, actual or exercise: void",
        "与事项的实战或演练模式不一致：无效"),
    SAY(STANDS, "judged as a matter of kind {kind}, at stage {stage}",
        "按{kind}判定，阶段 {stage}"),
    SAY(ACTOR, "{organ} acts, and is to the matter: {who}",
        "行为单位 {organ}，对事项的身份：{who}"),
    SAY(ROW_ALLOWS, "the procedure allows {act}, to stage {stage} ({source})",
        "程序允许 {act}，其后阶段 {stage}（{source}）"),
    SAY(ROW_DENIES, "the procedure gives {act} to others than this actor: void",
        "程序不许该单位 {act}：无效"),
    SAY(ROW_NOT_NOW, "{act} is not allowed at this stage: void; allowed: {acts}",
        "此阶段不允许 {act}：无效；允许：{acts}"),
    SAY(ROW_LACKS, "{act} does not say what it must ({facts}): void",
        "{act} 缺少必填内容（{facts}）：无效"),
    SAY(WAITS_FOR_SECOND, "{act} waits until another post names the same act: nothing moves yet",
        "{act} 须第二岗位确认：暂不生效"),
    SAY(WAITS_AS_GUARDED,
        "the matter is guarded, so {act} waits until another post names the same act: nothing "
        "moves yet ({source})",
        "事项受保护，{act} 须第二岗位确认：暂不生效（{source}）"),
    SAY(OTHER_GIVES_WAY,
        "{act} waited for its second person: it was of the same post or says something else, and "
        "gives way",
        "此前待确认的 {act} 系同一岗位或内容不同，由本次取代"),
    SAY(SECOND_NAMED, "another post has named the same {act} before: both are there",
        "另一岗位已确认同一 {act}：两人齐备"),
    SAY(VOID_UNSAID, "the matter is guarded: {organ} gets no answer", "事项受保护：不答复 {organ}"),
    SAY(VOID_AS_STUB, "the matter is guarded: {organ} gets the answer of one that is not there",
        "事项受保护：按不存在答复 {organ}"),
    SAY(NOT_AN_ORGAN, "{word} is no organ of the policy, or the list does not let it know: void",
        "{word} 不是制度中的单位，或不在知悉名单内：无效"),
    SAY(NOT_A_DOMAIN,
        "{word} is no domain of the policy, or the list keeps it from its owner: void",
        "{word} 不是制度中的领域，或其主责单位不得知悉：无效"),
    SAY(NO_HIGHER, "the policy names nobody above {organ}: the desk leads",
        "{organ} 无上级单位：由值班台牵头"),
    SAY(TAKEN_BEFORE,
        "it was taken before time gave it to {organ}, on a PC that had no link then: who took it "
        "leads",
        "在移送给{organ}之前已经接收，只是当时没有网络：由接收的单位负责"),
    SAY(NOT_TAKEN, "nobody took the matter in the time of its hand-over: {organ} leads from now on",
        "交办期内无人接收：此后由 {organ} 牵头"),
    SAY(BOUNCE_STAYS, "nobody to whom it could go back may know of it: {organ} keeps it",
        "可退回单位均不得知悉：仍由 {organ} 负责"),
    SAY(MONTH_VOID, "the placement does not let month {number} be {act} so",
        "该安置事项的月份 {number} 不能如此办理：{act}"),
    SAY(MONTH_OWN_WORD,
        "{organ} recommended the placement: its word is recorded, and alone it proves no month",
        "该安置事项由 {organ} 推荐：其所述已记录，但仅凭推荐方一方不能证明任何月份"),
    SAY(MONTH_OWN_PROOF, "{organ} brought the late proof: another organ approves it",
        "补证材料由 {organ} 提交：须由其他单位审核通过"),
    SAY(RULE_BROKEN, "it counts, and breaks rules of the program: {breaches}",
        "已记录，但违反项目规定：{breaches}"),
    SAY(HANDED_TO, "{organ} leads from now on", "此后由 {organ} 牵头"),
    SAY(KIND_BECOMES, "the matter becomes one of kind {kind} ({source})",
        "事项转为{kind}（{source}）"),
    SAY(DEGREE, "by all that is counted so far the accident is {word}: {sure}",
        "按目前累计伤亡和损失，事故等级为 {word}：{sure}"),
    SAY(COUNT_STAYS,
        "it counts fewer than are known, and the higher number stays: only who leads lowers one, "
        "by a correction with an exact number, a reason and the post that approves",
        "所报少于已知数，保留较高数：仅牵头单位以更正方式、确数、理由和批准岗位方可调低"),
    SAY(SHOULD_SAY, "it counts, but does not say what it should: {facts}", "有效，但缺少：{facts}"),
    SAY(OUT_OF_ORDER, "it counts, though it comes out of its order", "有效，但次序不符"),
    SAY(OFFICE_UNTOLD, "{organ} reported it, and is not told: the matter is guarded",
        "{organ} 为报告单位，但事项受保护：不告知"),
    SAY(DESK_UNTOLD, "{organ} is not told: the list keeps it from the desk",
        "{organ} 不在知悉名单内：不告知"),
    SAY(ACTOR_UNTOLD, "{organ} did it, and is not told of it", "{organ} 为行为单位：不另告知"),
    SAY(UNKNOWN_UNTOLD, "{organ} is no organ of the policy: not told",
        "{organ} 不在制度中：不告知"),
    SAY(TOLD_BEFORE, "{organ} was told when the matter became its own: not told again",
        "{organ} 此前已告知：不重复告知"),
    SAY(NO_DUTY, "nobody owes an act", "无单位负有下一步责任"),
    SAY(DUTIES_STAND, "it moves the matter nowhere: who owes what stays as it was",
        "事项未因此变动：责任不变"),
    SAY(ANY_OWES, "a co-recipient, whichever, owes {act} next", "任一抄送单位下一步应 {act}"),
    SAY(OWES, "{organ} owes {act} next", "{organ} 下一步应 {act}"),
    SAY(CLOCK_STARTS, "clock {clock} starts ({article}): due {time}",
        "时限 {clock} 开始（{article}）：到期 {time}"),
    SAY(CLOCK_MOVED_IN,
        "clock {clock} starts, for the matter has become its ({article}): due {time}",
        "事项变更，时限 {clock} 开始（{article}）：到期 {time}"),
    SAY(CLOCK_STOPS, "clock {clock} stops: its act is there ({article})",
        "时限 {clock} 停止：所需行为已到（{article}）"),
    SAY(CLOCK_CLOSES, "clock {clock} ends with the matter, or with its kind",
        "时限 {clock} 随事项或其类别终止"),
    SAY(CLOCK_LEAVES, "clock {clock} ends: it is not for this matter any more",
        "时限 {clock} 终止：不再适用"),
    SAY(CLOCK_PAUSES, "clock {clock} pauses ({article})", "时限 {clock} 暂停（{article}）"),
    SAY(CLOCK_RESUMES, "clock {clock} goes on ({article}): due {time}",
        "时限 {clock} 恢复（{article}）：到期 {time}"),
    SAY(CLOCK_EXTENDS, "clock {clock} is extended ({article}): due {time}",
        "时限 {clock} 延长（{article}）：到期 {time}"),
    SAY(CLOCK_CORRECTED, "clock {clock} had stopped earlier than the log knew",
        "时限 {clock} 的停止时间更正为更早"),
    SAY(CLOCK_GOES_ON, "clock {clock} runs on: due {time}", "时限 {clock} 继续：到期 {time}"),
    SAY(CLOCK_NOT_EXTENDED, "clock {clock} cannot be extended so ({article}): due {time}",
        "时限 {clock} 不得如此延长（{article}）：到期 {time}"),
    SAY(CLOCK_RUNS_ON, "clock {clock} runs or ran already: this starts no other",
        "时限 {clock} 已在运行或已完成：不重复开始"),
    SAY(CLOCK_NO_ROOM, "clock {clock} does not start: the matter has as many as may run",
        "时限 {clock} 未开始：该事项时限已达上限"),
    SAY(CLOCK_NO_DATE, "clock {clock} would be started by this, but it tells no date",
        "时限 {clock} 应由本次行为开始，但未告知日期"),
    SAY(CLOCK_NOT_FOR, "clock {clock} is started by this, but not for this matter: {misfits}",
        "时限 {clock} 因本次行为开始，但不适用于该事项：{misfits}"),
    SAY(CLOCK_NOT_BY, "clock {clock} is started by other acts", "时限 {clock} 由其他行为开始"),
    SAY(CLOCK_RESTATED,
        "clock {clock} of the matter of position {number} is restated ({article}): due {time}",
        "位置 {number} 事项的时限 {clock} 重新计算（{article}）：到期 {time}"),
    SAY(CLOCK_LET_GO,
        "clock {clock} of the matter of position {number} ends: its rule is gone, or off",
        "位置 {number} 事项的时限 {clock} 终止：其规则已删除或停用"),
    SAY(CLOCK_REJUDGED,
        "clock {clock} of the matter of position {number} had ended: judged anew, it is {verdict}",
        "位置 {number} 事项的时限 {clock} 已结束：重新判定为 {verdict}"),
    SAY(CLOCKS_SAME, "clocks that have their limit or verdict as before: {number}",
        "期限或判定不变的时限：{number}"),
    SAY(CLOCKS_MOVED, "clocks that run on to another limit, or are owed by another: {number}",
        "期限或责任单位变更的时限：{number}"),
    SAY(CLOCKS_LEFT, "clocks that end with their rule: {number}", "随规则终止的时限：{number}"),
    SAY(CLOCKS_REJUDGED, "clocks that had ended and are judged otherwise: {number}",
        "已结束而重新判定的时限：{number}"),
    SAY(POLICY_KEEPS,
        "policy version {number} is in force from here on; running clocks keep their terms",
        "制度版本 {number} 自此生效；运行中的时限沿用原规则"),
    SAY(POLICY_RESTATES,
        "policy version {number} is in force from here on; running clocks follow it too",
        "制度版本 {number} 自此生效；运行中的时限一并适用"),
    SAY(LADDER_FIRES,
        "nobody has it in hand: step {number} of what is {organ}'s to do, {word}, was due {time}",
        "尚无人接手：{organ} 应办事项的第 {number} 步 {word}，到时 {time}"),
    SAY(RINGS_ANEW,
        "more people are dead or in danger than were known: everybody who has to have it in hand "
        "is "
        "told again",
        "伤亡或受困人数增加：重新提醒所有须接手的单位"),
    SAY(LADDER_STARTS,
        "{organ} has to have this in hand: {word} begins once item {number} is delivered to it",
        "{organ} 须接手：第 {number} 条送达后 {word} 开始计时"),
    SAY(LADDER_COUNTS,
        "item {number} was delivered: the next step of {word}, for {organ}, is due {time}",
        "第 {number} 条已送达：{organ} 的 {word} 下一步到时 {time}"),
    SAY(LADDER_TAKEN, "{organ} has it in hand: {word} stops", "{organ} 已接手：{word} 停止"),
    SAY(LADDER_ENDS, "what {word} was about is over for {organ}: it ends",
        "{organ} 的 {word} 所涉事由已了：终止"),
    SAY(LADDER_NO_ROOM, "the matter has as many escalations as may run: none begins for {organ}",
        "该事项督促已达上限：不再为 {organ} 开始"),
    SAY(UNHEARD,
        "nobody fetches item {number} of {organ}: it goes up at once, and nobody is late by it",
        "{organ} 的第 {number} 条无人接收：立即上报，不计任何单位逾期"),
    SAY(LADDER_HELD,
        "a weather warning is in force: reminding {organ} of a routine matter waits until {time}",
        "气象预警生效：对 {organ} 的一般事项提醒推迟至 {time}"),
    SAY(SILENCED, "{organ} is not rung for {word} until {time}: its items come all the same",
        "{organ} 至 {time} 不响铃（{word}）：条目照常送达"),
    SAY(SILENCE_REFUSED,
        "{organ} may not silence this: a silence names a domain, a division or the own stream, a "
        "reason, a post and an end within 12 hours, covers neither danger nor a protected line, "
        "and "
        "waits while a matter in danger of its domain is open",
        "{organ} 不得静音：须写明类别、区划或本单位，理由、岗位和 12 "
        "小时内的截止时间；危险和受保护的底线不得静音；同类危急事项未办结时不得静音"),
    SAY(SILENCE_ENDS, "the silence of {organ}, said at position {number}, ends {time}",
        "{organ} 的静音（位置 {number}）于 {time} 结束"),
    SAY(APPLIED, "it counts", "有效"),
    SAY(VOID, "it is void: {code}", "无效：{code}"),
    SAY(RECORDED_BEFORE_SEEN,
        "recorded at {time}, although its agent had by then heard of position {number} of the "
        "matter, which is later: its clock is wrong, or the time was chosen",
        "记录时间 {time} 早于其代理当时已知的本事项位置 {number}：时钟有误或时间系人为指定"),
    SAY(ANSWER_BARE, "the answer to {organ} names no matter: the actor is nothing to it",
        "答复 {organ} 不含事项：该单位与事项无关"),
    SAY(WAY_UNSHOWN, "{organ} is not shown where the guarded matter stands",
        "事项受保护：不向 {organ} 显示进展"),
    SAY(TOLD, "{organ} was told, as item {number} of its stream ({reason})",
        "已告知 {organ}，其提醒第 {number} 条（{reason}）"),
};

static const struct tcn_say nothing = {{"", ""}};

const struct tcn_say *tcn_explain_sentence(enum tcn_why why) {
    const bool is_known = why > TCN_WHY_NONE && why < TCN_WHY_COUNT;
    return is_known && sentences[why].texts[0] != NULL ? &sentences[why] : &nothing;
}

/* What is around a note while a field of it is filled in. */
struct filling {
    const struct tcn_policy *policy;
    const struct tcn_note *note;
    char text[TCN_EXPLAIN_TEXT_BYTES];
};

static void put(struct filling *filling, const char *text) {
    (void)snprintf(filling->text, sizeof filling->text, "%s", text != NULL ? text : "-");
}

/* Adds a word to a list with commas. */
static void list(struct filling *filling, const char *word) {
    const size_t size = strlen(filling->text);
    (void)snprintf(filling->text + size, sizeof filling->text - size, "%s%s", size > 0 ? ", " : "",
                   word);
}

static void put_organ(struct filling *filling) {
    tcn_show_organ(filling->policy, filling->note->organ, filling->text);
}

static void put_act(struct filling *filling) {
    put(filling, tcn_act_name(filling->note->act));
}

static void put_acts(struct filling *filling) {
    for (unsigned act = 0; act < 64; act++) {
        if ((filling->note->number >> act & 1u) != 0) {
            list(filling, tcn_act_name((enum tcn_act)act));
        }
    }
    if (filling->text[0] == '\0') {
        put(filling, NULL);
    }
}

static void put_facts(struct filling *filling) {
    tcn_show_facts(filling->note->bits, filling->text, sizeof filling->text);
}

static void put_who(struct filling *filling) {
    const char *name = "";
    for (uint32_t bit = 0; name != NULL; bit++) {
        name = tcn_explain_who_name(bit);
        if (name != NULL && (filling->note->bits >> bit & 1u) != 0) {
            list(filling, name);
        }
    }
}

static void put_kind(struct filling *filling) {
    tcn_show_kind((enum tcn_procedure_kind)filling->note->bits, filling->text);
}

static void put_stage(struct filling *filling) {
    tcn_show_stage_title((enum tcn_stage)filling->note->number, filling->text);
}

static void put_time(struct filling *filling) {
    tcn_show_time(filling->note->time_ns, filling->text);
}

static void put_word(struct filling *filling) {
    tcn_show_text(filling->note->word, filling->text, sizeof filling->text);
    if (filling->text[0] == '\0') {
        put(filling, NULL);
    }
}

static void put_sure(struct filling *filling) {
    put(filling, tcn_count_kind_name((enum tcn_count_kind)filling->note->bits));
}

static void put_source(struct filling *filling) {
    put(filling, filling->note->source);
}

static void put_number(struct filling *filling) {
    (void)snprintf(filling->text, sizeof filling->text, "%" PRIu64, filling->note->number);
}

static void put_code(struct filling *filling) {
    put(filling, tcn_status_name((enum tcn_status)filling->note->bits));
}

static void put_reason(struct filling *filling) {
    put(filling, tcn_reason_name((enum tcn_reason)filling->note->bits));
}

static void put_step(struct filling *filling) {
    const uint64_t stage = filling->note->number;
    put(filling, stage > 0 ? tcn_clock_step_name((enum tcn_clock_step)(stage - 1)) : NULL);
}

static void put_verdict(struct filling *filling) {
    put(filling, tcn_clock_verdict_name((enum tcn_clock_verdict)filling->note->bits));
}

static void put_misfits(struct filling *filling) {
    static const struct {
        enum tcn_clock_misfit bit;
        const char *name;
    } names[] = {{TCN_MISFIT_DISABLED, "disabled"}, {TCN_MISFIT_DOMAIN, "domain"},
                 {TCN_MISFIT_KIND, "kind"},         {TCN_MISFIT_CATEGORY, "category"},
                 {TCN_MISFIT_SEVERITY, "severity"}, {TCN_MISFIT_LEVEL, "level"},
                 {TCN_MISFIT_GUARDED, "guarded"},   {TCN_MISFIT_UNLESS, "unless"}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if ((filling->note->bits & (uint32_t)names[i].bit) != 0) {
            list(filling, names[i].name);
        }
    }
}

static void put_breaches(struct filling *filling) {
    for (uint32_t bit = 1; bit <= TCN_BREACHES; bit <<= 1) {
        if ((filling->note->bits & bit) != 0) {
            list(filling, tcn_breach_name(bit));
        }
    }
}

static void put_rule(struct filling *filling) {
    const struct tcn_clock_table *table = filling->policy->clocks;
    const struct tcn_clock_rule *rule =
        table != NULL ? tcn_clock_rule_numbered(table, filling->note->bits) : NULL;
    put(filling, rule != NULL ? rule->id : NULL);
}

static void put_article(struct filling *filling) {
    const struct tcn_clock_table *table = filling->policy->clocks;
    const struct tcn_clock_rule *rule =
        table != NULL ? tcn_clock_rule_find(table, filling->note->word) : NULL;
    put(filling, rule != NULL && rule->article[0] != '\0' ? rule->article : NULL);
}

static const struct {
    const char *name;
    void (*put)(struct filling *filling);
} fields[] = {
    {"organ", put_organ},     {"act", put_act},         {"acts", put_acts},
    {"facts", put_facts},     {"who", put_who},         {"kind", put_kind},
    {"stage", put_stage},     {"time", put_time},       {"word", put_word},
    {"clock", put_word},      {"source", put_source},   {"number", put_number},
    {"code", put_code},       {"reason", put_reason},   {"rule", put_rule},
    {"article", put_article}, {"step", put_step},       {"misfits", put_misfits},
    {"sure", put_sure},       {"verdict", put_verdict}, {"breaches", put_breaches},
};

/* Fills in the field that begins behind a brace; gives what is behind its other brace. */
static const char *fill(struct filling *filling, const char *from, char out_name[FIELD_BYTES]) {
    const char *end = strchr(from, '}');
    const size_t size = end != NULL ? (size_t)(end - from) : 0;
    filling->text[0] = '\0';
    out_name[0] = '\0';
    if (size == 0 || size >= FIELD_BYTES) {
        return from;
    }
    memcpy(out_name, from, size);
    out_name[size] = '\0';
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        if (strcmp(fields[i].name, out_name) == 0) {
            fields[i].put(filling);
        }
    }
    return end + 1;
}

void tcn_explain_text(const struct tcn_policy *policy, const struct tcn_note *note,
                      enum tcn_language language, char out_text[TCN_EXPLAIN_TEXT_BYTES]) {
    struct filling filling = {.policy = policy, .note = note};
    char whole[2 * TCN_EXPLAIN_TEXT_BYTES];
    char name[FIELD_BYTES];
    size_t size = 0;
    const char *from = tcn_said(language, tcn_explain_sentence(note->why));
    while (*from != '\0' && size < sizeof whole) {
        const char *brace = strchr(from, '{');
        const int plain = brace != NULL ? (int)(brace - from) : (int)strlen(from);
        const char *behind = brace != NULL ? fill(&filling, brace + 1, name) : from + plain;
        const int written = snprintf(whole + size, sizeof whole - size, "%.*s%s", plain, from,
                                     brace != NULL ? filling.text : "");
        size += written > 0 ? (size_t)written : 0;
        from = behind;
    }
    size = size < sizeof whole ? size : sizeof whole - 1;
    tcn_show_text(tcn_slice_of(whole, size), out_text, TCN_EXPLAIN_TEXT_BYTES);
}

void tcn_explain_json(struct tcn_json_writer *writer, const struct tcn_policy *policy,
                      const struct tcn_note *note, enum tcn_language language) {
    struct filling filling = {.policy = policy, .note = note};
    char text[TCN_EXPLAIN_TEXT_BYTES];
    char name[FIELD_BYTES];
    tcn_json_object_begin(writer, NULL);
    tcn_json_add_word(writer, "why", tcn_why_name(note->why));
    const char *from = strchr(tcn_explain_sentence(note->why)->texts[TCN_LANGUAGE_EN], '{');
    while (from != NULL) {
        from = fill(&filling, from + 1, name);
        if (strcmp(name, "number") == 0) {
            tcn_json_add_u64(writer, name, note->number);
        } else if (strcmp(name, "time") == 0) {
            tcn_json_add_time(writer, name, note->time_ns);
        } else if (strcmp(name, "stage") == 0) {
            tcn_json_add_word(writer, name, tcn_show_stage((uint32_t)note->number));
        } else if (strcmp(name, "kind") == 0) {
            tcn_json_add_word(writer, name,
                              tcn_procedure_name((enum tcn_procedure_kind)note->bits));
        } else {
            tcn_json_add_word(writer, name, filling.text);
        }
        from = strchr(from, '{');
    }
    tcn_explain_text(policy, note, language, text);
    tcn_json_add_word(writer, "text", text);
    tcn_json_object_end(writer);
}
