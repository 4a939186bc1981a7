{#-
    What orders the records of a key from the latest to the oldest: the full delivery it came in, if
    it came in one, then the record's own business date if it has one, then the file's modification
    time, path and row number; not when a file was loaded, so that any order of arrival gives the
    same rows. Only where all of these are equal, because a file was overwritten without a new time,
    the batch loaded last is the later one.
-#}
{% macro latest_first(business_date=none) -%}
    delivery_number desc nulls last,
    {%- if business_date %}
    {{ business_date }} desc nulls last,
    {%- endif %}
    file_modified_at desc nulls last,
    file_path desc nulls last,
    file_row_number desc nulls last,
    batch_id desc
{%- endmacro %}
