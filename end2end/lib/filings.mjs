// Filled-in applications for the three matters, and the quickest way through one.
import { GuidePage, MaterialsPage, QuestionPage, ReceiptPage, SignInPage, SignPage } from '../pages/index.mjs';
import { pdf, photo } from './files.mjs';
import { creditCode, phone, residentId } from './people.mjs';

export const CODES = {
  birth: '11539999MB9999017N4000709999001',
  food: '11539999MB9999025H4000131999001',
  property: '11539999MB9999033C4000715999001',
  newborn: '11539999MB999904174002023999001',
};

/** A day of the past as forms take it. */
export const daysAgo = (days) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);

let serial = 100;

export function birth(applicantPhone = phone()) {
  serial += 1;
  return {
    slug: 'birth-registration',
    phone: applicantPhone,
    signer: '王建国',
    answers: { household_in_county: 'yes', household_with: 'mother', married: 'yes', within_month: 'yes' },
    form: {
      child: {
        child_name: '王𬀩小满', child_sex: 'female', child_ethnicity: '汉族', child_birth_date: daysAgo(20),
        child_birth_place: '示例县人民医院', birth_certificate_no: 'Z530000001', birth_certificate_date: daysAgo(17),
      },
      applicant: { applicant_name: '王建国', applicant_relation: 'father', applicant_phone: applicantPhone },
      household: { parent_name: '李秀英', parent_id: residentId(serial), household_address: '示例县城关镇示范路 8 号' },
      other_parent: { other_parent_name: '王建国' },
    },
    files: {
      birth_certificate: [() => photo('出生医学证明')],
      household_register: [() => photo('户口簿首页'), () => photo('户口簿母亲页')],
      parent_id_card: [() => photo('身份证正面'), () => photo('身份证反面')],
      marriage_certificate: [() => pdf('结婚证')],
    },
  };
}

export function food(applicantPhone = phone()) {
  return {
    slug: 'food-licence',
    phone: applicantPhone,
    signer: '王建国',
    answers: { business: 'catering', has_licence: 'yes', stage: 'new' },
    form: {
      firm: {
        firm_name: '示例县城关镇好味道饭店', firm_uscc: creditCode(), legal_representative: '王建国',
        contact_name: '李秀英', contact_phone: applicantPhone,
      },
      shop: { shop_address: '示例县城关镇示范路 8 号 1 楼', shop_area: '60', kitchen_area: '18' },
      food: { food_items: '热菜、凉菜、自制饮料', staff_count: '4', safety_manager: '李秀英', online_sale: 'no' },
    },
    files: {
      business_licence: [() => photo('营业执照')],
      floor_plan: [() => photo('平面图')],
      safety_rules: [() => pdf('食品安全管理制度')],
    },
  };
}

export function property(applicantPhone = phone(), sellerPhone = phone()) {
  serial += 2;
  return {
    slug: 'property-transfer',
    phone: applicantPhone,
    sellerPhone,
    signer: '李秀英',
    seller: '王建国',
    answers: { scenario: 'sale', house_use: 'dwelling', in_county: 'yes', seized: 'no' },
    form: {
      owner: { applicant_name: '李秀英', applicant_id_type: 'resident_id', applicant_phone: applicantPhone },
      seller: { seller_name: '王建国', seller_id_type: 'resident_id', seller_phone: sellerPhone },
      house: {
        old_certificate_no: '示（2020）示例县不动产权第0000001号', unit_code: '539999001001GB00001F00010001',
        house_address: '示例县城关镇示范路 8 号 2 幢 301 室', contract_date: daysAgo(30), price: '520000',
      },
      certificate: { ownership: 'single', extra_copies: '1' },
    },
    /** Fields that appear once the kind of paper is chosen. */
    ids: { owner: { applicant_id: residentId(serial) }, seller: { seller_id: residentId(serial + 1, '19850612') } },
    files: {
      owner_identity: [() => photo('买方身份证')],
      seller_identity: [() => photo('卖方身份证')],
      title_deed: [() => photo('不动产权证书')],
      sale_contract: [() => pdf('买卖合同')],
      tax_proof: [() => pdf('契税完税凭证')],
    },
  };
}

/** 新生儿出生一件事: the hospital of the county has still to issue the certificate; nothing to pay back. */
export function newborn(applicantPhone = phone()) {
  serial += 1;
  return {
    slug: 'newborn',
    phone: applicantPhone,
    signer: '王建国',
    answers: { household_in_county: 'yes', household_with: 'mother', married: 'yes', has_certificate: 'no_here', expenses: 'settled' },
    form: {
      child: {
        child_name: '王小满', child_sex: 'female', child_ethnicity: '汉族', child_birth_date: daysAgo(5),
        child_birth_place: '示例县人民医院',
      },
      applicant: {
        applicant_name: '王建国', applicant_relation: 'father', applicant_phone: applicantPhone,
        home_address: '示例县城关镇示范路 8 号 2 幢 301 室',
      },
      household: { parent_name: '李秀英', parent_id: residentId(serial), household_address: '示例县城关镇示范路 8 号' },
      other_parent: { other_parent_name: '王建国' },
    },
    files: {
      parent_id_card: [() => photo('身份证正面'), () => photo('身份证反面')],
      other_parent_id_card: [() => photo('另一方身份证正面'), () => photo('另一方身份证反面')],
      household_register: [() => photo('户口簿首页'), () => photo('户口簿母亲页')],
      marriage_certificate: [() => photo('结婚证')],
    },
  };
}

/** 驾驶证期满换证 with a medical certificate on paper, which counts for six months from its day. */
export function driving(applicantPhone = phone()) {
  serial += 1;
  return {
    slug: 'driving-licence-renewal',
    phone: applicantPhone,
    signer: '王建国',
    answers: { expiry: 'soon', violations: 'none', checkup: 'no' },
    form: {
      applicant: { applicant_name: '王建国', applicant_id_type: 'resident_id', applicant_phone: applicantPhone },
      licence: { licence_file_no: '539900000000', vehicle_class: 'C1', licence_expiry: daysAgo(-30) },
      delivery: { receive_by: 'window' },
    },
    ids: { applicant: { applicant_id: residentId(serial) } },
    files: {
      id_card: [() => photo('身份证正面'), () => photo('身份证反面')],
      health_report: [() => pdf('体检证明')],
      photo: [() => photo('证件照')],
    },
  };
}

/** From the guide to the materials. */
export async function fill(visitor, filing) {
  await new GuidePage(visitor).visit(filing.slug).then((guide) => guide.start());
  const outcome = await new QuestionPage(visitor).answer(filing.answers);
  const form = await outcome.toForm();
  while (form.section) {
    const at = form.section;
    await form.fill(filing.form[at]);
    if (filing.ids?.[at]) {
      // A field that depends on another of its page shows after saving.
      if (!(await form.field(Object.keys(filing.ids[at])[0]).count())) await form.next();
      await form.fill(filing.ids[at]);
    }
    await form.next();
    if (form.section === at) throw new Error(`section ${at}: ${JSON.stringify(await form.errors())}`);
  }
  return form;
}

/** Uploads everything of a filing; the page shown has the slots. */
export async function uploadAll(materials, files) {
  for (const [material, list] of Object.entries(files)) {
    await materials.upload(material, ...(await Promise.all(list.map((make) => make()))));
  }
}

/** Signs in from the sign page if need be, signs and submits. */
export async function signAndSubmit(visitor, filing, { write = false } = {}) {
  const sign = new SignPage(visitor);
  if (await sign.main.getByRole('link', { name: '去登录' }).count()) {
    await sign.follow('去登录');
    await new SignInPage(visitor).signIn(filing.phone);
  }
  await sign.sign(filing.signer, { write });
  await sign.submit();
  return new ReceiptPage(visitor);
}

/** The whole way as a guest who signs in at the end: { id, number, tracking } of the case. */
export async function file(visitor, filing) {
  await fill(visitor, filing);
  const materials = new MaterialsPage(visitor);
  await uploadAll(materials, filing.files);
  const report = await materials.toReport();
  await report.toSign();
  return (await signAndSubmit(visitor, filing)).numbers();
}

