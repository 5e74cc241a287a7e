//! What payers are told about money that goes back: in plain Chinese, without personal data.

use domain::bill::{CounterMeans, RefundReason};
use domain::money::Fen;

/// Why it goes back, as the middle of a sentence.
fn because(why: RefundReason) -> &'static str {
    match why {
        RefundReason::PaidTwice => "同一张缴款书付了两次",
        RefundReason::WrongAmount => "付的金额和缴款书不一样，没有算作缴费",
        RefundReason::BillClosed => "付款的时候缴款书已经作废",
        RefundReason::Undone => "您撤销了提交",
        RefundReason::Withdrawn => "您撤回了申请",
        RefundReason::AcceptanceRefused => "申请没有受理",
        RefundReason::Refused => "申请没有批准",
        RefundReason::NotSupplied => "材料到期没有补齐，办件结束了",
        RefundReason::Waived => "费用减免了",
    }
}

/// Money that will go back.
pub(super) fn going_back(title: &str, amount: Fen, why: RefundReason) -> String {
    let because = because(why);
    format!("“{title}”：{because}，{amount}会自动退给您，原路退回，不用申请。进度看“办件”里的缴款书。")
}

/// Money that was taken at a window and is handed back there.
pub(super) fn to_hand_back(title: &str, amount: Fen, why: RefundReason, means: CounterMeans) -> String {
    let because = because(why);
    let how = match means {
        CounterMeans::Pos => "收费人员会退回您刷的那张卡",
        CounterMeans::Cash => "收费人员会打电话请您来窗口领，请带身份证和缴款回单",
    };
    format!("“{title}”：{because}，{amount}会退给您，不用申请；{how}。进度看“办件”里的缴款书。")
}

/// Two persons of the window have noted that it was handed back.
pub(super) fn handed_back(title: &str, amount: Fen) -> String {
    format!("“{title}”：{amount}窗口已经退给您。没有收到的，请打 12345。")
}

/// What a window had noted did not hold.
pub(super) fn not_taken(title: &str, amount: Fen) -> String {
    format!("“{title}”：窗口登记的{amount}核对没有通过，还没有算作缴费。您已经付了的，请带票据到窗口，或打 12345。")
}

/// The channel says that it has gone back.
pub(super) fn gone_back(title: &str, amount: Fen) -> String {
    format!("“{title}”：{amount}已经原路退回。零钱马上到账，银行卡一般一到三个工作日到账。")
}

/// The channel refused; a person looks after it.
pub(super) fn stuck(title: &str, amount: Fen) -> String {
    format!("“{title}”：{amount}暂时没有退成，收费人员正在处理，不用再申请。着急请打 12345。")
}

/// 减免
pub(super) fn waived(title: &str, to: Fen) -> String {
    if to.is_zero() {
        format!("“{title}”：费用已经免除，不用缴了。")
    } else {
        format!("“{title}”：费用减为{to}。")
    }
}
