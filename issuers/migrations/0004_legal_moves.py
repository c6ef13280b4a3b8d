"""What was submitted, found and published is never changed; applications and licences move as their tables say."""

from django.db import migrations

KEPT = (
    "applicationstep", "submission", "criterionfinding", "clearance", "representation", "registerentry",
    "complaintreturn",
)
APPEND_ONLY = "\n".join(
    f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON issuers_{table}"
    " FOR EACH ROW EXECUTE FUNCTION core_refuse_change();"
    for table in KEPT
)
CHANGEABLE = "\n".join(f"DROP TRIGGER append_only ON issuers_{table};" for table in KEPT)

# The arrows of issuers.workflows, from state to state; a test holds them against the tables.
LEGAL_MOVES = """
CREATE FUNCTION issuers_legal_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status <> NEW.status AND NOT (OLD.status || '>' || NEW.status = ANY (TG_ARGV)) THEN
        RAISE EXCEPTION '% cannot move from % to %', TG_TABLE_NAME, OLD.status, NEW.status
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER legal_move BEFORE UPDATE ON issuers_application FOR EACH ROW EXECUTE FUNCTION issuers_legal_move(
    'awaiting_information>closed_unanswered', 'awaiting_information>under_review',
    'awaiting_information>withdrawn', 'closed_unanswered>awaiting_information', 'draft>prepared',
    'draft>withdrawn', 'prepared>draft', 'prepared>submitted', 'prepared>withdrawn',
    'recommended>granted', 'recommended>refused', 'recommended>under_review',
    'recommended>with_committee', 'recommended>withdrawn', 'refused>recommended', 'returned>prepared',
    'returned>submitted', 'returned>withdrawn', 'submitted>returned', 'submitted>under_review',
    'submitted>withdrawn', 'under_review>awaiting_information', 'under_review>submitted',
    'under_review>with_committee', 'under_review>withdrawn', 'with_committee>recommended',
    'with_committee>under_review', 'with_committee>withdrawn');
CREATE TRIGGER legal_move BEFORE UPDATE ON issuers_licence FOR EACH ROW EXECUTE FUNCTION issuers_legal_move(
    'active>revoked', 'active>surrendered', 'active>suspended', 'suspended>active',
    'suspended>revoked', 'suspended>surrendered');
"""
ANY_MOVE = """
DROP TRIGGER legal_move ON issuers_licence;
DROP TRIGGER legal_move ON issuers_application;
DROP FUNCTION issuers_legal_move();
"""


class Migration(migrations.Migration):
    dependencies = [("issuers", "0003_licensing"), ("core", "0002_append_only")]
    operations = [migrations.RunSQL(APPEND_ONLY, CHANGEABLE), migrations.RunSQL(LEGAL_MOVES, ANY_MOVE)]
