package dev.merpati.dispatcher;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.merpati.dispatcher");

    @Test
    void theDispatcherKnowsNoOtherApplication() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.merpati.gateway..",
                        "dev.merpati.worker..",
                        "dev.merpati.simulator..",
                        "dev.merpati.standalone..")
                .check(CLASSES);
    }

    @Test
    void onlyTheConsumerKnowsKafka() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.merpati.dispatcher.consumer", "dev.merpati.dispatcher")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.kafka..", "org.springframework.kafka..")
                .check(CLASSES);
    }

    @Test
    void theStreamsKnowNoDelivery() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.merpati.dispatcher.stream", "dev.merpati.dispatcher.consumer")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.merpati.dispatcher.webhook..", "dev.merpati.dispatcher.http..")
                .check(CLASSES);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.merpati.dispatcher.(*)..")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }
}
