package dev.merpati.clients;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.merpati.clients");

    @Test
    void knowsNothingElseOfOurs() {
        classes()
                .should()
                .onlyDependOnClassesThat(DescribedPredicate.describe(
                        "are no other module's",
                        type -> !type.getPackageName().startsWith("dev.merpati.")
                                || type.getPackageName().startsWith("dev.merpati.clients")))
                .check(CLASSES);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.merpati.clients.(*)..").should().beFreeOfCycles().check(CLASSES);
    }
}
