; Our additions to electron-builder's installer script, through its macros
; (https://www.electron.build/nsis#custom-nsis-script):
;
;   - the journal folder, writable only by administrators, and the prompt to remove it on uninstall
;   - the one-off repair: a check box, or /oneoff
;
; The script itself handles the rest: /S for silent mode, closing the program on upgrade, the Start menu, the
; uninstaller. build/electron-builder.mjs generates our strings from shared/locales.

!include "LogicLib.nsh"
!include "FileFunc.nsh"
!include "nsDialogs.nsh"
!include "WinMessages.nsh"

!define RUN_ONCE "Software\Microsoft\Windows\CurrentVersion\RunOnce"
!define RUN_ONCE_NAME "KMS Doctor one-off"
!define FILE_ATTRIBUTE_REPARSE_POINT_ 0x400

; Owned by administrators; they and SYSTEM have full access, users can read. Nothing is inherited from ProgramData, in
; which users may create files (https://learn.microsoft.com/windows/win32/secauthz/security-descriptor-string-format).
!define JOURNAL_RIGHTS "O:BAG:SYD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;BU)"

!ifndef BUILD_UNINSTALLER
  ; "1": uninstall the program when its window closes. "installed": it was already installed, and stays.
  Var oneOff
  Var oneOffTick
!endif

!macro customHeader
  !insertmacro kmsDoctorWords
  !ifndef BUILD_UNINSTALLER
    !insertmacro journalFunctions
    !insertmacro oneOffFunctions
  !endif
!macroend

; --- The journal folder ---------------------------------------------------------------------------------------------

!macro journalFunctions
  ; Sets $R1 to 1 if only an administrator can have created the folder in $R0. A folder planted by another user, or a
  ; link to another place, must not become the journal of an elevated program.
  Function isTrustedFolder
    StrCpy $R1 0
    System::Call 'kernel32::GetFileAttributesW(w R0) i .r0'
    IntOp $0 $0 & ${FILE_ATTRIBUTE_REPARSE_POINT_}
    ${If} $0 <> 0
      Return
    ${EndIf}
    System::Call 'advapi32::GetNamedSecurityInfoW(w R0, i 1, i 1, *p .r1, p 0, p 0, p 0, *p .r2) i .r0'
    ${If} $0 <> 0
      Return
    ${EndIf}
    System::Call 'advapi32::ConvertSidToStringSidW(p r1, *p .r3) i .r0'
    System::Call '*$3(&w${NSIS_MAX_STRLEN} .r4)'
    System::Call 'kernel32::LocalFree(p r3)'
    System::Call 'kernel32::LocalFree(p r2)'
    ; Administrators or SYSTEM.
    ${If} $4 == "S-1-5-32-544"
    ${OrIf} $4 == "S-1-5-18"
      StrCpy $R1 1
    ${EndIf}
  FunctionEnd

  ; Creates ProgramData\KMS Doctor with its permissions set from the start.
  Function makeJournalFolder
    StrCpy $R0 "$APPDATA\KMS Doctor"
    ${If} ${FileExists} "$R0\*.*"
      Call isTrustedFolder
      ${If} $R1 <> 1
        ; Kept for inspection.
        System::Call 'kernel32::GetTickCount() i .r0'
        Rename "$R0" "$R0 (not ours, $0)"
      ${EndIf}
    ${EndIf}
    System::Call 'advapi32::ConvertStringSecurityDescriptorToSecurityDescriptorW(w "${JOURNAL_RIGHTS}", i 1, *p .r1, p 0) i .r0'
    ${If} $0 = 0
      DetailPrint "The permissions of $R0 couldn't be created. Repairs are refused until an administrator sets them."
      Return
    ${EndIf}
    !if ${NSIS_PTR_SIZE} > 4
      System::Call '*(i 24, i 0, p r1, i 0, i 0) p .r2'
    !else
      System::Call '*(i 12, p r1, i 0) p .r2'
    !endif
    System::Call 'kernel32::CreateDirectoryW(w R0, p r2) i .r0'
    ${If} $0 = 0
      ; It already exists: set owner, group and permissions, and block inheritance.
      System::Call 'advapi32::SetFileSecurityW(w R0, i 0x80000007, p r1) i .r0'
    ${EndIf}
    System::Free $2
    System::Call 'kernel32::LocalFree(p r1)'
  FunctionEnd
!macroend

; --- The one-off repair ---------------------------------------------------------------------------------------------

!macro customInit
  StrCpy $oneOff "0"
  ${GetParameters} $R0
  ClearErrors
  ${GetOptions} $R0 "/oneoff" $R1
  ${IfNot} ${Errors}
    StrCpy $oneOff "1"
  ${EndIf}
  ; A permanent installation is upgraded and stays; leftovers of a one-off repair don't count.
  ReadRegStr $R0 HKLM "${INSTALL_REGISTRY_KEY}" "InstallLocation"
  ReadRegStr $R1 HKLM "${INSTALL_REGISTRY_KEY}" "OneOff"
  ${If} $R0 != ""
  ${AndIf} $R1 == ""
    StrCpy $oneOff "installed"
  ${EndIf}
!macroend

!macro customPageAfterChangeDir
  Page custom oneOffPage oneOffPageLeave
!macroend

!macro oneOffFunctions
  Function oneOffPage
    ${If} $oneOff == "installed"
      Abort
    ${EndIf}
    !insertmacro MUI_HEADER_TEXT "$(kmsOneOffTitle)" "$(kmsOneOffSubtitle)"
    nsDialogs::Create 1018
    Pop $0
    ${NSD_CreateLabel} 0 0 100% 40u "$(kmsOneOffText)"
    Pop $0
    ${NSD_CreateCheckbox} 0 48u 100% 12u "$(kmsOneOffTick)"
    Pop $oneOffTick
    ${If} $oneOff == "1"
      ${NSD_Check} $oneOffTick
    ${EndIf}
    nsDialogs::Show
  FunctionEnd

  Function oneOffPageLeave
    ; 1 if checked, else 0.
    ${NSD_GetState} $oneOffTick $oneOff
  FunctionEnd

  ; Sets $0 to 1 if the program is running, including its elevated session: Windows doesn't let anyone write to the file
  ; of a running program.
  Function programRuns
    StrCpy $0 0
    ${If} ${FileExists} "$INSTDIR\${APP_EXECUTABLE_FILENAME}"
      ClearErrors
      FileOpen $1 "$INSTDIR\${APP_EXECUTABLE_FILENAME}" a
      ${If} ${Errors}
        StrCpy $0 1
      ${Else}
        FileClose $1
      ${EndIf}
    ${EndIf}
  FunctionEnd

  Function runOnce
    WriteRegStr HKLM "${INSTALL_REGISTRY_KEY}" "OneOff" "1"
    ; If Windows shuts down before the window closes, the program is uninstalled when an administrator next signs in.
    WriteRegStr HKLM "${RUN_ONCE}" "${RUN_ONCE_NAME}" '"$INSTDIR\${UNINSTALL_FILENAME}" /allusers /S'
    DetailPrint "$(kmsOneOffWaits)"
    HideWindow
    ; As the signed-in user, not the administrator who runs the installer.
    ${StdUtils.ExecShellAsUser} $0 "$INSTDIR\${APP_EXECUTABLE_FILENAME}" "open" ""
    ; Wait up to a minute for it to start.
    StrCpy $R0 60
    ${Do}
      Sleep 1000
      IntOp $R0 $R0 - 1
      Call programRuns
      ${If} $0 = 1
        ${ExitDo}
      ${EndIf}
    ${LoopUntil} $R0 <= 0
    ; Require two misses in a row: one can occur between the window and its elevated session, or during a virus scan.
    StrCpy $R0 0
    ${Do}
      Sleep 1000
      Call programRuns
      ${If} $0 = 1
        StrCpy $R0 0
      ${Else}
        IntOp $R0 $R0 + 1
      ${EndIf}
    ${LoopUntil} $R0 >= 2
    Exec '"$INSTDIR\${UNINSTALL_FILENAME}" /allusers /S'
    SetErrorLevel 0
    Quit
  FunctionEnd
!macroend

!macro customInstall
  Call makeJournalFolder
  ; The program neither updates itself nor elevates this way, so remove the files electron-builder adds for that.
  Delete "$INSTDIR\resources\elevate.exe"
  !ifdef APP_INSTALLER_STORE_FILE
    SetShellVarContext current
    Delete "$LOCALAPPDATA\${APP_INSTALLER_STORE_FILE}"
    ${GetParent} "$LOCALAPPDATA\${APP_INSTALLER_STORE_FILE}" $R0
    RMDir "$R0"
    SetShellVarContext all
  !endif
  ${If} $oneOff == "1"
    Call runOnce
  ${Else}
    DeleteRegValue HKLM "${INSTALL_REGISTRY_KEY}" "OneOff"
    DeleteRegValue HKLM "${RUN_ONCE}" "${RUN_ONCE_NAME}"
  ${EndIf}
!macroend

; --- Uninstall ------------------------------------------------------------------------------------------------------

!macro customUnInstall
  DeleteRegValue HKLM "${RUN_ONCE}" "${RUN_ONCE_NAME}"
  ; An upgrade runs the old uninstaller with --updated; the journal stays.
  ${IfNot} ${isUpdated}
    ${If} ${FileExists} "$APPDATA\KMS Doctor\*.*"
      ${GetParameters} $R0
      ClearErrors
      ${GetOptions} $R0 "/removejournal" $R1
      ${If} ${Errors}
        MessageBox MB_YESNO|MB_ICONQUESTION|MB_DEFBUTTON2 "$(kmsRemoveJournal)" /SD IDNO IDYES removeJournal IDNO keepJournal
      ${EndIf}
      removeJournal:
        ; If the folder is a link, remove the link, not its target.
        System::Call 'kernel32::GetFileAttributesW(w "$APPDATA\KMS Doctor") i .r0'
        IntOp $0 $0 & ${FILE_ATTRIBUTE_REPARSE_POINT_}
        ${If} $0 <> 0
          RMDir "$APPDATA\KMS Doctor"
        ${Else}
          RMDir /r "$APPDATA\KMS Doctor"
        ${EndIf}
      keepJournal:
    ${EndIf}
  ${EndIf}
!macroend
