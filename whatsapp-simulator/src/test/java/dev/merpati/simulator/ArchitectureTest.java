package dev.merpati.simulator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** A check of a client must not share the client's beliefs. */
class ArchitectureTest {
    private static final JavaClasses SIMULATOR = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.merpati.simulator");

    @Test
    void onlyTheDictionaryComesFromCobalt() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("dev.merpati.simulator.node.Dictionary")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("it.auties.whatsapp..")
                .check(SIMULATOR);
    }

    @Test
    void theSignalProtocolStandsOnPrimitivesOnly() {
        classes()
                .that()
                .resideInAPackage("dev.merpati.simulator.signal")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "dev.merpati.simulator.signal",
                        "dev.merpati.simulator.crypto",
                        "dev.merpati.simulator.proto",
                        "java..",
                        "javax.crypto..",
                        "org.jspecify..")
                .check(SIMULATOR);
    }

    @Test
    void nothingOfTheProductIsUsed() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.merpati.model..", "dev.merpati.worker..", "dev.merpati.gateway..")
                .check(SIMULATOR);
    }
}
