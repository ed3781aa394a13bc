"""Who people are, how they sign in, what they may do, and where in Jakarta things are.

Its words: *person*, *session* (one browser's sign-in), *grant* (a role for a scope, from and until), *link* (a mailed way in),
*area* (kota, kecamatan, kelurahan), *organisation* (an office that grants name as their scope).
"""
