"""Children covered nowhere: class lists of schools compared with enrolments, invitations and what came of them (I8)."""
