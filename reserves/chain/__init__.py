"""Reading token contracts over JSON-RPC, at a block that nobody can take back, from endpoints that must agree.

Nothing here knows the database: a reading is asked for with what is known already, and answered or refused whole.
"""
