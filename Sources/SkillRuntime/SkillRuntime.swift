// JSONValue and JSONSchema are part of this module's interface; users need not know where they are declared.
@_exported public import SkillIR
