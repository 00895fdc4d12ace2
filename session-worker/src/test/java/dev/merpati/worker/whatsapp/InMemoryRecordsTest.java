package dev.merpati.worker.whatsapp;

class InMemoryRecordsTest extends SessionRecordsContract {
    @Override
    protected SessionRecords records() {
        return new InMemoryRecords();
    }
}
