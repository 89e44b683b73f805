# SPDX-License-Identifier: Apache-2.0
"""What is said in the story and in the scenario, each text in English and in Chinese. A test holds
that both are there, and that each is said somewhere."""

# What people write, and the words in which they answer a program.
WRITTEN = {
    "gas": (
        "Gas smell in the coal mine, people are below",
        "煤矿里有瓦斯味，井下有人",
    ),
    "people": ("at least 6", "至少6"),
    "shaft": ("East shaft, third gallery", "东井三巷道"),
    "nine": ("They are nine, not six.", "井下是九人，不是六人。"),
    "foreman": ("the foreman of the night shift", "夜班班长"),
    "everybody": (
        "Everybody is out. The mine is stopped until it has been inspected.",
        "人员已全部升井，煤矿停产待查。",
    ),
    "one": ("One of them died in hospital.", "其中一人经抢救无效死亡。"),
    "wages": (
        "Twelve of us were not paid for three months.",
        "我们十二个人三个月没拿到工资。",
    ),
    "sheets": ("Their time sheets are on file.", "考勤表已存档。"),
    "accused": ("land office", "自然资源局"),
    "complaint": (
        "The land office takes money for building permits.",
        "自然资源局办理建房手续时收钱。",
    ),
    "waits_again": ("1 not in hand", "待签收 1 件"),
    "quiet": ("0 not in hand", "待签收 0 件"),
}

# One scene each.
SCENES = {
    "title": (
        "A night at a duty desk. Every line with a $ is typed into real programs on this machine, "
        "and below it stands what they print; … is where lines were left out.",
        "值班室的一夜。带 $ 的每一行都在本机真实程序中输入，下面是程序的输出；… 表示有所省略。",
    ),
    "up": (
        "A district: broker, collector, five of nine township offices, a few bureaus.",
        "一个区县：消息代理、收集端、九个乡镇街道办公室中的五个和几个部门。",
    ),
    "report": (
        "02:40, Xiaoba: a village committee member phones. The program asks, danger first: where, "
        "what, how many people. What it accepts is on disk, and the caller has a slip.",
        "02:40，小坝：村委会干部来电。程序逐项询问，先问危险：在哪里、什么事、多少人。"
        "收下的已写入磁盘，来电人得到回执码。",
    ),
    "bell": (
        "Somebody is woken: the watch at the energy bureau rings, and rings again, until a person "
        "there says that it is in hand.",
        "有人被叫醒：能源局的值守屏幕一再响铃，直到那里有人签收。",
    ),
    "explain": (
        "Why did it go there, and what runs now? Asked before anybody acts.",
        "为什么送到那里？现在有哪些时限？在任何人处置之前就能查问。",
    ),
    "sheet": (
        "The bureau acts. Whom to telephone, on paper: the mine's dispatch first.",
        "部门开始处置。依次打给谁，打印在纸上：先打煤矿调度。",
    ),
    "hand": (
        "A person at a terminal says that it is in hand: no script can. Then the bell is still.",
        "由人在终端签收，脚本不能代签。之后铃声停止。",
    ),
    "again": (
        "A second call: nine, not six. It is the same matter, and it rings again, although it was "
        "in hand. Who told it is sealed apart: only who leads reads that, the mine never.",
        "第二个电话：不是六人，是九人。同一事项，虽已签收，铃声再次响起。"
        "消息来自谁，单独密封：只有牵头部门能读，矿方永远看不到。",
    ),
    "out": (
        "People come out, counted down to nobody.",
        "人员陆续撤出，一直数到零。",
    ),
    "answer": (
        "The clerk reads the answer, and whoever comes with the slip is told how it stands.",
        "工作人员读到答复；谁拿着回执来问，都能得知办到哪一步。",
    ),
    "harm": (
        "One has died: the hazard is an accident now, the same matter, and what must be reported "
        "up within one hour and two hours runs.",
        "有人死亡：隐患成为事故，仍是同一事项；一小时、两小时的上报时限开始计算。",
    ),
    "sealed": (
        "And the collector, which stores all of it? An open word is found on its disk, what people "
        "said is not.",
        "那么保存这一切的收集端呢？公开的词在它的磁盘上找得到，原话找不到。",
    ),
    "cut": (
        "Now the link is pulled: the broker hangs. Twelve workers come to Xiaoba about unpaid "
        "wages. The office reports all the same: twelve is a count, there is no list of persons.",
        "现在链路中断：消息代理停住了。十二名工人来小坝反映欠薪。办公室照样上报："
        "十二是一个数，没有人员名单。",
    ),
    "kill": (
        "To make it worse, agent, collector and broker are killed with kill -9.",
        "再糟一些：代理程序、收集端、消息代理都被 kill -9。",
    ),
    "back": (
        "They are started again and connect. Nobody types anything: the report arrives, once. "
        "Sent again under the same key, it is known.",
        "它们重新启动并连上。无需任何人操作：报告送达，且只有一次。用同一键再发一次，系统认得它。",
    ),
    "bounce": (
        "The petition bureau hands it to housing, which can read it then and objects; hands it "
        "to human resources, which objects too. After the second bounce the desk decides: it is "
        "about wages.",
        "信访局转给住建局，住建局能读到原话，提出异议；再转人社局，也提出异议。"
        "第二次退回后由值班台决定：这是欠薪。",
    ),
    "wage": (
        "Human resources takes it. Employer, project, months and cents are on file. An extension "
        "needs a post that approves it; it is given once.",
        "人社局受理。用人单位、项目、月数和金额（分）都有记录。延期须有批准岗位，且只有一次。",
    ),
    "close": (
        "They are paid. It is not closed before somebody has told them.",
        "工资付清。没有告知本人之前，不能办结。",
    ),
    "ask": (
        "The workers ask how it stands. It is not resolved, they say: with the code it is opened "
        "again, with the day on which the office learned of it.",
        "工人来问进展，说没有解决：凭回执码重新打开，得知日期仍是最初那天。",
    ),
    "board": (
        "The board. Lishu has said nothing tonight, and silence is not safety: unknown. Then it "
        "signs for the one line that it has looked at.",
        "看板。梨树今夜没有消息，沉默不等于安全：未知。随后它对查看过的那一条线签字。",
    ),
    "desk": (
        "The desk at 08:00, on one screen: what nobody has in hand, what is due, who is silent.",
        "08:00 的值班台，一个屏幕：无人签收的、今天到期的、没有消息的。",
    ),
    "accuse": (
        "Somebody complains about the land office. Beside each other: what discipline inspection "
        "is told, and what the land bureau can find.",
        "有人反映自然资源局的问题。左边是纪委监委收到的，右边是自然资源局能查到的。",
    ),
    "slip": (
        "And whoever finds that slip learns nothing from it.",
        "谁捡到那张回执，也看不出什么。",
    ),
    "proof": (
        "What was said is provable: the receipt of the first call offline, with the collector's "
        "public key alone; the whole log by its own signatures.",
        "说过的都可以证明：仅凭收集端的公钥离线核验收据；整个日志凭自身签名核对。",
    ),
    "table": ("What is not promised, in one honest table.", "不承诺什么：如实列成一张表。"),
    "next": (
        "What is promised, and the test of each: docs/explanation/promises.md. Now you: "
        "docs/tutorials/first-day.md, ten minutes.",
        "承诺了什么、各由哪个测试检验：docs/explanation/promises.md。"
        "轮到您了：docs/tutorials/first-day.md，十分钟。",
    ),
    # The scenario.
    "october": (
        "October report, January slide. On 2022-01-03 a slope at a building site in Guihua killed "
        "14 (press); a witness spoke of a slip there the October before (not checked). The reports "
        "of then, with the hours assumed, go into a district of their own, in the time of then.",
        "十月的报告，一月的滑坡。2022-01-03 归化某工地边坡滑塌，14 人遇难（据媒体）；"
        "此前十月曾有人反映那里滑动（未核实）。当时的报告（钟点为假设）"
        "按当时的时间进入一个单独的区县。",
    ),
    "live": (
        "Live: what the land bureau was told, as it came.",
        "实时：自然资源局依次收到的内容。",
    ),
    "would": (
        "Would the report have been closed before the slope came down? By whom, when? First as it "
        "was known on that day: the closing of November was void, and the bureau still had it.",
        "边坡滑塌之前，报告会被办结吗？由谁、何时？先看当天所知："
        "十一月的办结无效，事项仍在该局手中。",
    ),
    "same": (
        "The same log under the policy that is shipped: no difference.",
        "同一日志，用随附的制度重算：没有差别。",
    ),
    "lax": (
        "And under a lax one, in which a geological hazard is a matter like any other.",
        "再用一份宽松的制度重算：地质灾害隐患只是一般事项。",
    ),
    "lax_live": (
        "And live: the same reports in a district that has the lax policy.",
        "实时也一样：同样的报告进入采用宽松制度的区县。",
    ),
}

# What was held against what was told.
CHECKS = {
    "phone_first": ("before anything else: the telephone, 119", "最先提示的是打电话：119"),
    "a_slip": ("the caller has a slip", "来电人得到回执码"),
    "rang": ("`tocsin watch` rang the bell, twice", "tocsin watch 响铃两次"),
    "why": (
        "energy and emergency are told at once, and five minutes run",
        "能源、应急同时得到告知，五分钟时限开始",
    ),
    "in_hand": ("nothing waits at the bureau any more", "该部门不再有待签收的事项"),
    "rang_again": ("it rang again", "铃声再次响起"),
    "informant": (
        "the emergency bureau, which acts beside it, cannot read who told it",
        "并行处置的应急局读不到消息来自谁",
    ),
    "nobody_below": ("nobody is below any more", "井下已无人"),
    "read": ("the clerk reads the answer", "工作人员读到答复"),
    "in_time": ("somebody answered in time", "有人按时签收"),
    "accident": (
        "the same matter, an accident, and both clocks run",
        "同一事项，成为事故，两个时限都在计算",
    ),
    "unread": ("the collector cannot read what people said", "收集端读不到原话"),
    "waits": ("the report waits in the outbox", "报告在发件箱中等待"),
    "old_answer": (
        "the first slip still answers, without the link",
        "没有链路，第一张回执照样能查",
    ),
    "once": ("nothing is lost, and nothing is there twice", "没有丢失，也没有重复"),
    "count": ("twelve is a count, and nothing names the twelve", "十二是一个数，没有任何姓名"),
    "new_holder": ("the new holder reads it", "新的牵头部门能读"),
    "held": ("after the second bounce it is the desk's", "第二次退回后归值班台"),
    "learned": ("the day on which it was learned stays", "得知时间不变"),
    "no_post": ("without a post that approves, it is refused", "没有批准岗位，被拒绝"),
    "once_only": ("a second extension is refused", "第二次延期被拒绝"),
    "untold": ("before they were told, closing is refused", "告知之前，办结被拒绝"),
    "closed": ("the slip says closed", "回执显示已办结"),
    "unknown": ("all five lines are unknown", "五条线全部未知"),
    "one_safe": ("one line is known safe, four are unknown", "一条线已知安全，四条未知"),
    "late_seen": ("the desk sees what nobody has in hand", "值班台看得到无人签收的"),
    "disciplined": ("discipline inspection reads it", "纪委监委读到了"),
    "invisible": ("for the land bureau there is nothing", "对自然资源局来说，什么也没有"),
    "opaque": ("the slip betrays nobody", "回执不泄露任何人"),
    "proved": ("the receipt is good, and so is the log", "收据有效，日志也有效"),
    "told": ("the bureau was told in October", "该局十月就已得知"),
    "not_closed": ("it was not closed, and the bureau held it", "没有办结，仍在该局手中"),
    "no_difference": ("no difference", "没有差别"),
    "would_close": (
        "it would have been closed: by the land bureau, on the 5th of November",
        "会被办结：由自然资源局，在十一月五日",
    ),
    "did_close": ("it is closed, by the land bureau", "已由自然资源局办结"),
}

# What is not promised: title | what | what there is instead.
TABLE = {
    "titles": (
        "                  NOT PROMISED                            WHAT THERE IS INSTEAD",
        "                  不承诺                                  有什么",
    ),
    "metadata": (
        "metadata | That sizes, times, kind and place, and who reports to whom are hidden from the "
        "machines in between. | What people said is sealed at the office. A complaint about a "
        "unit has neither domain nor place in the open.",
        "元数据 | 对中间的机器隐藏大小、时间、类别、地点和谁报给谁。 | "
        "原话在办公室就已密封。反映单位的问题，公开部分既无类别也无地点。",
    ),
    "clerk": (
        "a hostile clerk | That what an office enters is true or complete: its PC speaks as that "
        "office, and its screen can be copied. | It speaks for no other office, and what has its "
        "receipt stays in the log as it is. The caller has the slip, and other doors.",
        "存心作恶的工作人员 | 所录属实或完整：这台电脑以该办公室名义说话，屏幕可以被抄录。 | "
        "不能冒充别的办公室；已有收据的留在日志里，不能改动。群众手里有回执，还有别的渠道。",
    ),
    "keys": (
        "lost keys | That a text opens when nobody has a key that it was sealed to. | The desk has "
        "most texts in escrow; a complaint about a unit only its own list. Keep a copy in a safe.",
        "密钥丢失 | 没有人持有相应密钥时还能打开密文。 | "
        "多数原话在值班台有托管；反映单位的只有知悉名单能开。请把副本锁进保险柜。",
    ),
    "theft": (
        "stolen keys | That a stolen key is harmless before it is revoked; what was read is read. "
        "| Revoked, it is heard no more; a new key protects what comes after.",
        "密钥被盗 | 吊销之前被盗密钥无害；读过的就是读过了。 | "
        "吊销后不再被理睬；新密钥保护以后的内容。",
    ),
    "act": (
        "a bureau | That it acts. | What nobody has in hand goes up by itself, and stays to be "
        "seen.",
        "部门 | 一定会办理。 | 无人签收的自动上报，并一直显示。",
    ),
    "disk": (
        "the disk | That it tells the truth about a flush, or outlives a fire. | Receipts that "
        "several hands keep, backups, and a restore that contradicts nobody.",
        "磁盘 | 如实报告刷盘，或经得起火灾。 | 多方保存的收据、备份，以及不自相矛盾的恢复。",
    ),
}

ALL = {**WRITTEN, **SCENES, **CHECKS, **TABLE}
