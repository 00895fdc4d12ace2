@NullMarked
package dev.merpati.worker.whatsapp;

import org.jspecify.annotations.NullMarked;
