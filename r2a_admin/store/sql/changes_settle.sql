-- Do now what the commit would do: write the change log, wake the nodes.
SET CONSTRAINTS ALL IMMEDIATE;
