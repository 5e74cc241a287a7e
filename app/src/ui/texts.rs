//! The only words that components say by themselves.
//!
//! Everything else is a prop. To change the language of these, `provide_context` another
//! `&'static Texts` around the page.

use leptos::prelude::*;

/// Built-in words of the components, one set per language.
#[derive(Debug, PartialEq, Eq)]
pub struct Texts {
    /// First link of the page.
    pub skip_to_content: &'static str,
    /// Beside the label of an answer that may be left out.
    pub optional: &'static str,
    /// Read before an error message by screen readers.
    pub error_prefix: &'static str,
    /// Title of the error summary.
    pub error_summary: &'static str,
    /// Before the source of a prefilled value.
    pub prefilled_from: &'static str,
    /// Format of a date for browsers that show a plain text field.
    pub date_hint: &'static str,
    /// Empty answer of a select.
    pub please_choose: &'static str,
    /// Link that leads back to the question.
    pub change: &'static str,
    /// Closes a dialog.
    pub close: &'static str,
    /// Removes a file.
    pub remove: &'static str,
    /// Opens a file.
    pub view: &'static str,
    /// Sends the chosen files.
    pub upload: &'static str,
    /// Label of the file input.
    pub choose_files: &'static str,
    /// Nothing uploaded yet.
    pub no_files: &'static str,
    /// Heading of the acceptance criteria.
    pub criteria: &'static str,
    /// Link to the filled sample.
    pub sample: &'static str,
    /// Link to the blank form.
    pub blank_form: &'static str,
    /// Finding that blocks submission (必须改).
    pub must_fix: &'static str,
    /// Finding that should be mended (建议改).
    pub should_fix: &'static str,
    /// Finding to know about (提醒).
    pub remark: &'static str,
    /// States of steps and timeline entries.
    pub done: &'static str,
    /// The step the person is at.
    pub current: &'static str,
    /// Not reached yet.
    pub todo: &'static str,
    /// The clock is stopped.
    pub paused: &'static str,
    /// Refused, failed.
    pub failed: &'static str,
    /// Words for the tones of notifications.
    pub info: &'static str,
    /// Success.
    pub success: &'static str,
    /// Warning.
    pub warning: &'static str,
    /// Danger.
    pub danger: &'static str,
    /// Names of landmarks: main navigation.
    pub main_navigation: &'static str,
    /// Path to this page.
    pub breadcrumb: &'static str,
    /// Step list.
    pub steps: &'static str,
    /// Page numbers.
    pub pagination: &'static str,
    /// Previous page.
    pub previous: &'static str,
    /// Next page.
    pub next: &'static str,
    /// Search link and button.
    pub search: &'static str,
    /// Back link.
    pub back: &'static str,
    /// Switch to the simplified mode.
    pub care_mode: &'static str,
    /// Switch back to the ordinary mode.
    pub standard_mode: &'static str,
    /// Leaves the account.
    pub sign_out: &'static str,
    /// Column titles of the fee table.
    pub fee_item: &'static str,
    /// Rule behind the fee.
    pub fee_basis: &'static str,
    /// Amount.
    pub fee_amount: &'static str,
    /// Sum.
    pub fee_total: &'static str,
    /// Being loaded.
    pub loading: &'static str,
}

/// Simplified Chinese.
pub static ZH: Texts = Texts {
    skip_to_content: "跳到正文",
    optional: "选填",
    error_prefix: "错误：",
    error_summary: "有几处需要改一下",
    prefilled_from: "已自动带出，来自：",
    date_hint: "格式：年-月-日，例如 2026-05-18",
    please_choose: "请选择",
    change: "修改",
    close: "关闭",
    remove: "删除",
    view: "查看",
    upload: "上传",
    choose_files: "拍照或选择文件",
    no_files: "还没有上传文件",
    criteria: "怎样才合格",
    sample: "看样表",
    blank_form: "下载空白表格",
    must_fix: "必须改",
    should_fix: "建议改",
    remark: "提醒",
    done: "已完成",
    current: "正在进行",
    todo: "未开始",
    paused: "暂停",
    failed: "未通过",
    info: "提示",
    success: "成功",
    warning: "注意",
    danger: "错误",
    main_navigation: "主要栏目",
    breadcrumb: "当前位置",
    steps: "办理步骤",
    pagination: "翻页",
    previous: "上一页",
    next: "下一页",
    search: "搜索",
    back: "返回",
    care_mode: "长辈版",
    standard_mode: "标准版",
    sign_out: "退出",
    fee_item: "项目",
    fee_basis: "收费依据",
    fee_amount: "金额",
    fee_total: "合计",
    loading: "正在加载",
};

/// English, the second language of the interface.
pub static EN: Texts = Texts {
    skip_to_content: "Skip to main content",
    optional: "optional",
    error_prefix: "Error: ",
    error_summary: "A few things need changing",
    prefilled_from: "Filled in for you from: ",
    date_hint: "Year-month-day, for example 2026-05-18",
    please_choose: "Please choose",
    change: "Change",
    close: "Close",
    remove: "Remove",
    view: "View",
    upload: "Upload",
    choose_files: "Take a photo or choose files",
    no_files: "No files uploaded yet",
    criteria: "What is accepted",
    sample: "See a sample",
    blank_form: "Download the blank form",
    must_fix: "Must change",
    should_fix: "Should change",
    remark: "Note",
    done: "Done",
    current: "In progress",
    todo: "Not started",
    paused: "Paused",
    failed: "Not passed",
    info: "Note",
    success: "Success",
    warning: "Warning",
    danger: "Error",
    main_navigation: "Main",
    breadcrumb: "You are here",
    steps: "Steps",
    pagination: "Pages",
    previous: "Previous",
    next: "Next",
    search: "Search",
    back: "Back",
    care_mode: "Easy mode",
    standard_mode: "Standard mode",
    sign_out: "Sign out",
    fee_item: "Item",
    fee_basis: "Basis",
    fee_amount: "Amount",
    fee_total: "Total",
    loading: "Loading",
};

/// The words for the page being rendered: from context, Chinese without one.
pub fn texts() -> &'static Texts {
    use_context::<&'static Texts>().unwrap_or(&ZH)
}
