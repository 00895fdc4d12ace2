package dev.merpati.worker;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.merpati.worker");

    @Test
    void onlyTheAdapterKnowsCobalt() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.merpati.worker.cobalt..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("it.auties..")
                .check(CLASSES);
    }

    /** Another library could stand behind {@code dev.merpati.worker.whatsapp}: nobody else knows which one does. */
    @Test
    void theAdapterKnowsNothingOfTheWorkerButTheInterface() {
        noClasses()
                .that()
                .resideInAPackage("dev.merpati.worker.cobalt..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.merpati.worker.connection..",
                        "dev.merpati.worker.consumer..",
                        "dev.merpati.worker.fencing..",
                        "dev.merpati.worker.session..",
                        "dev.merpati.worker.settings..",
                        "dev.merpati.worker.shard..",
                        "dev.merpati.worker.store..")
                .check(CLASSES);
    }

    /** Noise, the binary form and the requests: what else would have to change with another library is data. */
    @Test
    void onlyTheEngineKnowsHowStanzasTravel() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.merpati.worker.cobalt.engine..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("it.auties.whatsapp.socket..", "it.auties.whatsapp.io..")
                .check(CLASSES);
    }

    @Test
    void onlyTheKeysKnowHowMessagesAreEncrypted() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.merpati.worker.cobalt.keys..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("it.auties.whatsapp.crypto..")
                .check(CLASSES);
    }

    @Test
    void onlyTheWiringKnowsTheAdapter() {
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.merpati.worker.cobalt..", "dev.merpati.worker")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.merpati.worker.cobalt..")
                .check(CLASSES);
    }

    @Test
    void theWorkerKnowsNoOtherApplication() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.merpati.gateway..", "dev.merpati.simulator..", "dev.merpati.standalone..")
                .check(CLASSES);
    }

    @Test
    void sessionsKnowNeitherKafkaNorRedisClients() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.merpati.worker.session", "dev.merpati.worker.connection")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.apache.kafka..",
                        "org.springframework..",
                        "dev.merpati.clients.kafka..",
                        "dev.merpati.clients.redis..")
                .check(CLASSES);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.merpati.worker.(*)..").should().beFreeOfCycles().check(CLASSES);
    }
}
