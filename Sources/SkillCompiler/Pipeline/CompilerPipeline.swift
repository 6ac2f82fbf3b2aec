package import SkillFormat
package import SkillIR

/// The stages of the compiler, each a function between named representations: path → syntax → program.
package enum CompilerPipeline {}
