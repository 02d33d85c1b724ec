-- A copy of the bench's database as it is now, which stays this small while the other one grows.
CREATE DATABASE small TEMPLATE postgres
