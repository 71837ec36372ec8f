"""How people come to their accounts: first sign-ins through a provider, invitations, lost second factors.

Every act of this room is about who somebody is; none gives power, which comes from orders alone.
"""
