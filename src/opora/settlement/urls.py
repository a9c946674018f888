"""Addresses of settlement. Included at the root, before the registers."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from opora.settlement import views_agreements as agreements
from opora.settlement import views_control as control
from opora.settlement import views_documents as documents
from opora.settlement import views_family as family
from opora.settlement import views_family_office as family_office
from opora.settlement import views_month as month
from opora.settlement import views_payments as payments
from opora.settlement import views_refunds as refunds
from opora.settlement import views_signatures as signatures
from opora.settlement import views_tax as tax
from opora.settlement import views_tax_office as tax_office

app_name = "settlement"
BASE = "office/settlement/"
DOCUMENT = f"{BASE}documents/<int:pk>/"
FAMILY = f"{BASE}family/"
CABINET = "cabinet/payments/"
AGREEMENT = f"{BASE}agreements/<int:pk>/"
ACT = f"{AGREEMENT}acts/<uuid:public_id>/"
urlpatterns: list[URLPattern | URLResolver] = [
    path(BASE, month.overview, name="month"),
    path(f"{BASE}prepare/", month.prepare, name="prepare"),
    path(f"{BASE}picked/", month.picked, name="picked"),
    path(DOCUMENT, documents.document, name="document"),
    path(f"{DOCUMENT}do/<slug:act>/", documents.act, name="act"),
    path(f"{DOCUMENT}return/", documents.send_back, name="return"),
    path(f"{DOCUMENT}follow/<slug:kind>/", documents.correct, name="correct"),
    path(f"{DOCUMENT}register.xlsx", documents.register_xlsx, name="register_xlsx"),
    path(f"{DOCUMENT}document.pdf", documents.document_pdf, name="document_pdf"),
    path(f"{DOCUMENT}signatures/", signatures.sign_document, name="sign_document"),
    path(f"{DOCUMENT}signatures/<int:signature>/", signatures.document_signature, name="document_signature"),
    path(AGREEMENT, agreements.agreement, name="agreement"),
    path(f"{AGREEMENT}terms/", agreements.terms, name="terms"),
    path(f"{AGREEMENT}sign/", agreements.sign, name="sign"),
    path(f"{AGREEMENT}agreement.docx", agreements.agreement_docx, name="agreement_docx"),
    path(f"{AGREEMENT}agreement.pdf", agreements.agreement_pdf, name="agreement_pdf"),
    path(f"{AGREEMENT}reconciliation/", agreements.reconciliation, name="reconciliation"),
    path(f"{AGREEMENT}reconciliation.docx", agreements.act_docx, name="act_docx"),
    path(f"{AGREEMENT}reconciliation.pdf", agreements.act_pdf, name="act_pdf"),
    path(f"{AGREEMENT}signatures/", signatures.sign_agreement, name="sign_agreement"),
    path(f"{AGREEMENT}signatures/<int:signature>/", signatures.agreement_signature, name="agreement_signature"),
    path(f"{AGREEMENT}acts/", signatures.keep_act, name="keep_act"),
    path(ACT, signatures.kept_act, name="kept_act"),
    path(f"{ACT}act.pdf", signatures.kept_act_pdf, name="kept_act_pdf"),
    path(f"{ACT}signatures/", signatures.sign_act, name="sign_act"),
    path(f"{ACT}signatures/<int:signature>/", signatures.act_signature, name="act_signature"),
    path(f"{BASE}requisites/", agreements.requisites, name="requisites"),
    path(f"{BASE}send/", payments.send, name="send"),
    path(f"{BASE}send/file/", payments.bank_file, name="bank_file"),
    path(f"{BASE}orders/<int:pk>/cancel/", payments.cancel, name="order_cancel"),
    path(f"{BASE}statements/", payments.statements, name="statements"),
    path(f"{BASE}statements/<int:pk>/", payments.statement, name="statement"),
    path(f"{BASE}cash/", payments.cash, name="cash"),
    path(f"{BASE}anomalies/", control.anomalies, name="anomalies"),
    path(f"{BASE}anomalies/<slug:code>/", control.anomaly, name="anomaly"),
    path(f"{BASE}assignments/", control.assignments, name="assignments"),
    path(FAMILY, family_office.overview, name="family_office"),
    path(f"{FAMILY}enter/", family_office.enter, name="family_enter"),
    path(f"{FAMILY}payments/<int:pk>/match/", family_office.match, name="family_match"),
    path(f"{FAMILY}registers/<int:pk>/", family_office.register, name="family_register"),
    path(f"{FAMILY}payments/<int:pk>/", family_office.payment, name="family_payment"),
    path(f"{FAMILY}payments/<int:pk>/do/<slug:act>/", family_office.aside, name="family_aside"),
    path(f"{FAMILY}debts.xlsx", family_office.debts_xlsx, name="family_debts"),
    path(f"{FAMILY}refunds/", refunds.overview, name="family_refunds"),
    path(f"{FAMILY}refunds/<uuid:public_id>/", refunds.refund, name="family_refund_card"),
    path(f"{FAMILY}refunds/<uuid:public_id>/do/<slug:act>/", refunds.deed, name="family_refund_do"),
    path(f"{FAMILY}accounts/<uuid:public_id>/refund/", refunds.begin, name="family_refund_begin"),
    path(f"{FAMILY}tax/", tax_office.overview, name="family_tax_office"),
    path(f"{FAMILY}tax/<uuid:public_id>/", tax_office.certificate, name="family_tax_card"),
    path(f"{FAMILY}tax/<uuid:public_id>/do/<slug:act>/", tax_office.deed, name="family_tax_do"),
    path(f"{FAMILY}tax/<uuid:public_id>/certificate.pdf", tax_office.certificate_pdf, name="family_tax_paper"),
    path(CABINET, family.payments, name="family"),
    path(f"{CABINET}tax/", tax.certificates, name="family_tax"),
    path(f"{CABINET}tax/<int:organisation>/<uuid:public_id>/<int:year>/", tax.ask, name="family_tax_ask"),
    path(f"{CABINET}tax/<uuid:public_id>/certificate.pdf", tax.certificate_pdf, name="family_tax_pdf"),
    path(f"{CABINET}<uuid:public_id>/refund/", refunds.ask, name="family_refund_ask"),
    path(f"{CABINET}<uuid:public_id>/refund/withdraw/", refunds.withdraw, name="family_refund_withdraw"),
    path(f"{CABINET}<uuid:public_id>/", family.account, name="family_account"),
    path(f"{CABINET}<uuid:public_id>/receipt.pdf", family.receipt_pdf, name="family_receipt"),
]
