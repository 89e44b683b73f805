/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/status_words.h"

/* A stage, and what comes next. */
struct stage_words {
    struct tcn_say stage;
    struct tcn_say next;
};

#define ACT_ON_IT                                                                                  \
    {                                                                                              \
        { "whoever has it goes on with it", "由经办单位继续办理" }                                 \
    }
#define REVIEWABLE                                                                                 \
    {                                                                                              \
        {                                                                                          \
            "told to whoever reported it; who does not agree can ask for a review",                \
                "告知反映人；不服的可以申请复查"                                    \
        }                                                                                          \
    }
#define OVER                                                                                       \
    {                                                                                              \
        { "nothing more is owed", "没有待办事项" }                                                 \
    }

static const struct stage_words stages[] = {
    [TCN_STAGE_STUB] = {{{"the report itself has not arrived", "报告尚未送到"}},
                        {{"the report arrives", "等报告送到"}}},
    [TCN_STAGE_OPEN] = {{{"received, nobody has taken it in hand yet", "已登记，尚未受理"}},
                        {{"the office in charge takes it in hand, or says why not",
                          "经办单位受理，或说明不受理的理由"}}},
    [TCN_STAGE_ACCEPTED] = {{{"taken in hand", "已受理"}},
                            {{"it is looked into and answered", "办理并答复"}}},
    [TCN_STAGE_REPLIED] = {{{"answered", "已答复"}}, REVIEWABLE},
    [TCN_STAGE_CLOSED] = {{{"closed", "已办结"}},
                          {{"nothing more is owed; if it is not settled, say so here",
                            "没有待办事项；如未解决，可到本单位提出"}}},
    [TCN_STAGE_HELD] = {{{"received, the district desk is looking at it",
                          "已登记，由区值班室核定"}},
                        {{"the desk hands it to the right office", "值班室转给应办单位"}}},
    [TCN_STAGE_DECLINED] = {{{"not taken in hand, with a reason", "不予受理，已说明理由"}},
                            REVIEWABLE},
    [TCN_STAGE_TOLD] = {{{"the petitioner was told", "已告知反映人"}},
                        {{"it is closed, or a review is asked for", "办结，或申请复查"}}},
    [TCN_STAGE_REVIEW] = {{{"under review", "复查中"}},
                          {{"the review is answered", "作出复查意见"}}},
    [TCN_STAGE_REVIEWED] = {{{"reviewed", "已复查"}},
                            {{"whoever does not agree can ask for a second review",
                              "不服的可以申请复核"}}},
    [TCN_STAGE_RECHECK] = {{{"under a second review", "复核中"}},
                           {{"the second review is answered", "作出复核意见"}}},
    [TCN_STAGE_FINAL] = {{{"decided for good", "终结"}}, OVER},
    [TCN_STAGE_GRADED] = {{{"graded", "已定级"}}, {{"it is put right", "组织整改"}}},
    [TCN_STAGE_RECTIFYING] = {{{"being put right", "整改中"}},
                              {{"the work is shown and inspected", "提交验收"}}},
    [TCN_STAGE_SUBMITTED] = {{{"put right, waits for inspection", "已整改，待验收"}},
                             {{"it is inspected", "验收"}}},
    [TCN_STAGE_PASSED] = {{{"passed the inspection", "验收合格"}}, {{"it is closed", "办结"}}},
    [TCN_STAGE_APPROVED] = {{{"approved", "已批准"}}, ACT_ON_IT},
    [TCN_STAGE_OFFERED] = {{{"mediation was offered", "已提出调解"}},
                           {{"both sides agree, or not: nobody has to",
                             "双方达成协议或不同意，自愿"}}},
    [TCN_STAGE_AGREED] = {{{"both sides agreed", "已达成协议"}},
                          {{"the agreement is kept", "履行协议"}}},
    [TCN_STAGE_NOT_AGREED] = {{{"no agreement", "未达成协议"}},
                              {{"other ways stay open: court, petition",
                                "可走诉讼、信访等其他途径"}}},
    [TCN_STAGE_FILED] = {{{"a case was filed", "已立案"}}, ACT_ON_IT},
    [TCN_STAGE_ORDERED] = {{{"payment was ordered", "已责令支付"}}, {{"it is paid", "支付"}}},
    [TCN_STAGE_PAID] = {{{"paid", "已支付"}}, {{"it is closed", "办结"}}},
    [TCN_STAGE_PRE_ANNOUNCED] = {{{"announced beforehand", "已预公告"}}, ACT_ON_IT},
    [TCN_STAGE_ASSESSED] = {{{"its risks were assessed", "已评估风险"}}, ACT_ON_IT},
    [TCN_STAGE_PLAN_ANNOUNCED] = {{{"the plan was announced", "方案已公告"}},
                                  {{"objections, perhaps a hearing", "听取意见，必要时听证"}}},
    [TCN_STAGE_HEARD] = {{{"a hearing was held", "已听证"}}, ACT_ON_IT},
    [TCN_STAGE_PUBLISHED] = {{{"the approval was announced", "批准已公告"}}, ACT_ON_IT},
    [TCN_STAGE_IN_PATH] = {{{"somebody has the child in care", "监护已落实"}},
                           {{"a visit sees that the child is safe", "上门查看孩子是否平安"}}},
    [TCN_STAGE_SAFE] = {{{"seen, and safe", "已见平安"}}, ACT_ON_IT},
    [TCN_STAGE_IN_FORCE] = {{{"the warning is in force", "预警生效"}},
                            {{"it is lifted, or changed", "解除或变更"}}},
};

static const struct stage_words unknown_stage = {{{"being handled", "正在办理"}}, ACT_ON_IT};

static const struct stage_words *words_of(enum tcn_stage stage) {
    bool is_known =
        (size_t)stage < sizeof stages / sizeof stages[0] && stages[stage].stage.texts[0] != NULL;
    return is_known ? &stages[stage] : &unknown_stage;
}

const char *tcn_status_stage(enum tcn_language language, enum tcn_stage stage) {
    return tcn_said(language, &words_of(stage)->stage);
}

const char *tcn_status_next(enum tcn_language language, enum tcn_stage stage) {
    return tcn_said(language, &words_of(stage)->next);
}

static const struct tcn_say acts[] = {
    [TCN_ACT_REPORTED] = {{"this office reported it", "本单位已上报"}},
    [TCN_ACT_ACCEPTED] = {{"it was taken in hand", "已受理"}},
    [TCN_ACT_OBJECTED] = {{"the organ says that it is not its to handle",
                           "接收单位认为不属其职责"}},
    [TCN_ACT_TRANSFERRED] = {{"it was handed to another organ", "已转给另一单位"}},
    [TCN_ACT_REPLIED] = {{"it was answered", "已答复"}},
    [TCN_ACT_EXTENDED] = {{"more time was taken, with a reason", "已延长期限，并说明理由"}},
    [TCN_ACT_CLOSED] = {{"it was closed", "已办结"}},
    [TCN_ACT_REOPENED] = {{"it was opened again", "已重新办理"}},
    [TCN_ACT_REVIEW_ASKED] = {{"a review was asked for", "已申请复查"}},
    [TCN_ACT_ACKNOWLEDGED] = {{"somebody on duty has seen it", "值班人员已知悉"}},
    [TCN_ACT_CALLED] = {{"the organ was telephoned", "已电话联系"}},
    [TCN_ACT_HANDED_OVER] = {{"it was handed to the next shift", "已交接给下一班"}},
    [TCN_ACT_RECLASSIFIED] = {{"its kind was corrected", "已更正类别"}},
    [TCN_ACT_CORRECTED] = {{"a fact was corrected", "已更正内容"}},
    [TCN_ACT_PETITIONER_TOLD] = {{"the petitioner was told", "已告知反映人"}},
    [TCN_ACT_LEGAL_HOLD] = {{"its papers are kept for a proceeding", "材料因程序需要留存"}},
    [TCN_ACT_FOLLOWED_UP] = {{"this office added to it", "本单位已补充"}},
    [TCN_ACT_LINKED] = {{"it was joined with another matter", "已与另一事项关联"}},
    [TCN_ACT_WITHDRAWN] = {{"it was withdrawn", "已撤回"}},
    [TCN_ACT_RELEASED] = {{"the desk released it to the organ in charge", "值班室已转给应办单位"}},
    [TCN_ACT_DECLINED] = {{"it was not taken in hand, with a reason", "不予受理，已说明理由"}},
    [TCN_ACT_GRADED] = {{"the hazard was graded", "隐患已定级"}},
    [TCN_ACT_ASSIGNED] = {{"somebody was charged with putting it right", "已指定整改责任"}},
    [TCN_ACT_SUBMITTED] = {{"the work was shown for inspection", "已提交验收"}},
    [TCN_ACT_PASSED] = {{"it passed the inspection", "验收合格"}},
    [TCN_ACT_REJECTED] = {{"it did not pass the inspection", "验收不合格"}},
    [TCN_ACT_LISTED] = {{"it was put on the list of major hazards", "已挂牌督办"}},
    [TCN_ACT_SUSPENDED] = {{"work was stopped", "已责令停工"}},
    [TCN_ACT_RESUMED] = {{"work goes on again", "已恢复"}},
    [TCN_ACT_PEOPLE_WITHDRAWN] = {{"people were brought out", "人员已撤离"}},
    [TCN_ACT_BECAME_ACCIDENT] = {{"it became an accident", "已转为事故"}},
    [TCN_ACT_REPORTED_UP] = {{"it was reported to the next level", "已逐级上报"}},
    [TCN_ACT_APPROVED] = {{"it was approved", "已批准"}},
    [TCN_ACT_MEDIATION_OFFERED] = {{"mediation was offered", "已提出调解"}},
    [TCN_ACT_AGREED] = {{"both sides agreed", "已达成协议"}},
    [TCN_ACT_NOT_AGREED] = {{"there was no agreement", "未达成协议"}},
    [TCN_ACT_CASE_FILED] = {{"a case was filed", "已立案"}},
    [TCN_ACT_ORDERED] = {{"payment was ordered", "已责令支付"}},
    [TCN_ACT_PAID] = {{"it was paid", "已支付"}},
    [TCN_ACT_PRE_ANNOUNCED] = {{"it was announced beforehand", "已预公告"}},
    [TCN_ACT_RISK_ASSESSED] = {{"its risks were assessed", "已评估风险"}},
    [TCN_ACT_PLAN_ANNOUNCED] = {{"the plan was announced", "方案已公告"}},
    [TCN_ACT_HEARING_HELD] = {{"a hearing was held", "已听证"}},
    [TCN_ACT_APPROVAL_ANNOUNCED] = {{"the approval was announced", "批准已公告"}},
    [TCN_ACT_PATH_SET] = {{"somebody has the child in care", "监护已落实"}},
    [TCN_ACT_PATH_ENDED] = {{"the care for the child ended", "监护安排已终止"}},
    [TCN_ACT_SEEN_SAFE] = {{"a visit saw that all is well", "上门查看，平安"}},
    [TCN_ACT_SEEN_UNSAFE] = {{"a visit saw that all is not well", "上门查看，有问题"}},
    [TCN_ACT_ISSUED] = {{"the warning was issued", "预警已发布"}},
    [TCN_ACT_ERASED] = {{"its erasure was asked for", "已申请删除密封内容"}},
    [TCN_ACT_HOLD_ENDED] = {{"its papers are no longer kept for a proceeding",
                             "程序终结，材料不再因此留存"}},
};

const char *tcn_status_act(enum tcn_language language, enum tcn_act act) {
    bool is_known = (size_t)act < sizeof acts / sizeof acts[0] && acts[act].texts[0] != NULL;
    return is_known ? tcn_said(language, &acts[act]) : tcn_act_name(act);
}
