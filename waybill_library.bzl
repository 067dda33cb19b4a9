"""cc_library whose headers are included as `waybill/FOLDER/HEADER.h`, inside this repository and from any other."""

def waybill_library(name, **kwargs):
    native.cc_library(
        name = name,
        include_prefix = "waybill/" + native.package_name(),
        **kwargs
    )
