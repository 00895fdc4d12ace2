@NullMarked
package dev.merpati.worker.cobalt.account;

import org.jspecify.annotations.NullMarked;
