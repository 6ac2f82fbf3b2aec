/// The program that runs the Python code of a step.
///
/// It is the same for every step: the code, the values and the names come in a file of JSON. What nearly every step needs
/// is kept short and imports nothing but C modules, since starting Python is most of what a step takes; the rest is a
/// string that is compiled when it is needed. The code is executed as a string, because `compile`, which could give it its
/// file's name, first builds all of Python's classes of syntax trees: that alone takes a twelfth of Python's start. Messages
/// call it `<string>`, and the runtime puts the name in (``StepMessages``). What the driver imports it never takes from the
/// step's folder, where a file may have the name of one of Python's own modules.
package enum PythonDriver {
  /// Called with the paths of the control file and of the result, and with ``slowText``.
  package static let text = #"""
    import sys
    _control, _result, *_more = sys.argv[1:]
    _here = sys.path.pop(0)
    with open(_control, "rb") as f: _text = f.read().decode()
    try:
        import _json
        class _Context:
            strict = False
            object_hook = object_pairs_hook = None
            parse_float = float
            parse_int = int
            parse_constant = float
            memo = {}
        _c = _json.make_scanner(_Context)(_text, 0)[0]
    except Exception:
        import json
        _c = json.loads(_text)
    _path, _name = _c["path"], _c["name"]
    sys.argv = [_path]
    _module = type(sys)("__main__")
    _module.__file__ = _c["file"]
    _module.__dict__.update(_c["inputs"])
    sys.modules["__main__"] = _module
    sys.path.insert(0, _here)
    _lines = "\n" * (_c["line"] - 1) + _c["code"]
    def _slow():
        path = sys.path[:]
        sys.path[:] = [p for p in path if p != _here]
        exec(_more[0], globals())
        sys.path[:] = path
    try:
        exec(_lines, _module.__dict__)
    except SystemExit as e:
        if e.code: raise
    except BaseException as e:
        _slow()
        _fail(e)
    if _name is not None:
        if _name in _module.__dict__:
            _value = _module.__dict__[_name]
            try:
                _quote = _json.encode_basestring_ascii
                _chunks = _json.make_encoder(None, None, _quote, None, ":", ",", False, False, False)(_value, 0)
                _out = '{"value":' + "".join(_chunks) + "}"
            except BaseException:
                _slow()
                _out = _encode(_value)
        else:
            _out = '{"unset":true}'
        with open(_result, "wb") as f: f.write(_out.encode())
    """#

  /// What is rarely needed: tracebacks in the document's terms, and values that are not plain JSON.
  static let slowText = #"""
    import json, linecache, math, os, threading, traceback

    def _fail(error):
        text = _lines.splitlines(True)
        linecache.cache["<string>"] = (len(_lines), None, text, "<string>")
        trace = error.__traceback__
        while trace is not None and trace.tb_frame.f_globals is not _module.__dict__: trace = trace.tb_next
        error.__traceback__ = trace
        sys.stdout.flush()
        traceback.print_exception(type(error), error, trace)
        sys.stderr.flush()
        if threading.active_count() > 1: os._exit(1)
        sys.exit(1)

    class _Unfit(Exception): pass

    def _plain(value, path, open_):
        if value is None or isinstance(value, (bool, str)) and type(value) in (bool, str): return value
        kind = type(value)
        if kind is int: return value
        if kind is float:
            if math.isfinite(value): return value
            raise _Unfit("%s is %r, which JSON cannot express" % (path, value))
        if id(value) in open_: raise _Unfit("%s holds itself" % path)
        open_ = open_ | {id(value)}
        again = lambda new: _plain(new, path, open_)
        if isinstance(value, dict):
            result = {}
            for key, item in value.items():
                if hasattr(key, "value") and hasattr(key, "name"): key = key.value
                if not isinstance(key, str): key = json.dumps(key) if key is None or isinstance(key, bool) else str(key)
                result[key] = _plain(item, "%s[%r]" % (path, key), open_)
            return result
        if isinstance(value, (set, frozenset)):
            try: value = sorted(value)
            except TypeError: value = sorted(value, key=repr)
        if isinstance(value, (list, tuple)):
            if hasattr(value, "_asdict"): return again(value._asdict())
            return [_plain(item, "%s[%d]" % (path, index), open_) for index, item in enumerate(value)]
        if hasattr(kind, "__dataclass_fields__"):
            return again({name: getattr(value, name) for name in kind.__dataclass_fields__})
        if hasattr(kind, "__members__") and hasattr(value, "value"): return again(value.value)
        if hasattr(kind, "model_dump"): return again(value.model_dump())
        if hasattr(kind, "__fspath__"): return again(value.__fspath__())
        if hasattr(kind, "isoformat"): return value.isoformat()
        if hasattr(kind, "to_dict") and hasattr(kind, "columns"): return again(value.to_dict("records"))
        if hasattr(kind, "tolist"): return again(value.tolist())
        if hasattr(kind, "item") and hasattr(kind, "dtype"): return again(value.item())
        if isinstance(value, str): return str(value)
        if isinstance(value, int): return int(value)
        if isinstance(value, float): return again(float(value))
        if kind.__name__ == "Decimal":
            return again(int(value) if value == value.to_integral_value() else float(value))
        if kind.__name__ == "Fraction": return again(float(value))
        if kind.__name__ == "UUID": return str(value)
        if isinstance(value, (bytes, bytearray)):
            try: return value.decode("utf-8")
            except UnicodeDecodeError: raise _Unfit("%s is bytes that are not UTF-8 text" % path)
        if hasattr(kind, "keys") and hasattr(kind, "__getitem__"): return again({k: value[k] for k in value.keys()})
        if hasattr(kind, "__iter__"): return again(list(value))
        raise _Unfit("%s is a %s, which JSON cannot express" % (path, kind.__name__))

    def _encode(value):
        try: return '{"value":' + json.dumps(_plain(value, _name, frozenset()), allow_nan=False) + "}"
        except _Unfit as e: return json.dumps({"unfit": str(e)})
        except RecursionError: return json.dumps({"unfit": "%s is nested too deeply" % _name})
    """#
}
